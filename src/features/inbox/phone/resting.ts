/**
 * Of a composer that rests (composer.tsx), what is not there until somebody writes. The on-screen keyboard is a sign of
 * that too: a person has pressed the field.
 */
export const UNLESS_RESTING = "in-[:root:not([data-keyboard])]:group-data-resting/composer:hidden";

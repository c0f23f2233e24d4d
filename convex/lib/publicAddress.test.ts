import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addressProblem, isPublicAddress } from "./publicAddress";

describe("isPublicAddress", () => {
  it.each(["8.8.8.8", "93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946"])("takes %s", (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  // The list of providers.md section 18.
  it.each([
    "0.0.0.0",
    "10.1.2.3",
    "100.64.0.1",
    "127.0.0.1",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.2.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.7",
    "203.0.113.7",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "64:ff9b::7f00:1",
    "100::1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "ff02::1",
    "not an address",
  ])("refuses %s", (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  it("refuses every private IPv4 address", () => {
    const byte = fc.integer({ min: 0, max: 255 });
    fc.assert(
      fc.property(fc.constantFrom("10", "127", "192.168", "169.254"), byte, byte, byte, (prefix, a, b, c) => {
        const address = [...prefix.split("."), a, b, c].slice(0, 4).join(".");
        expect(isPublicAddress(address)).toBe(false);
      }),
    );
  });
});

describe("addressProblem", () => {
  it.each(["https://hooks.example.org/in", "https://example.org:8443/x?y=1"])("takes %s", (address) => {
    expect(addressProblem(address)).toBeNull();
  });

  it.each([
    "http://example.org",
    "https://user:pass@example.org",
    "https://example.org:8080",
    "https://127.0.0.1",
    "https://2130706433/",
    "https://0x7f.1/",
    "https://0177.0.0.1/",
    "https://[::1]/",
    "https://[::ffff:10.0.0.1]/",
    "https://localhost",
    "https://printer.local",
    "https://metadata.google.internal/",
    "https://intranet/",
    "https://localhost./",
    "ftp://example.org",
    "nonsense",
  ])("refuses %s", (address) => {
    expect(addressProblem(address)).not.toBeNull();
  });

  it("refuses our own hosts", () => {
    expect(addressProblem("https://hub.example.org/u/x", ["hub.example.org"])).not.toBeNull();
  });
});

import { connect, createServer, type AddressInfo, type Socket } from "node:net";

/** A wire between a client and a server that a test can cut. */
export interface TcpProxy {
  url: string;
  /** Breaks every open connection. */
  cut(): void;
  /** Bytes from the server are kept back until `release`, as on a network that has stalled. */
  holdAnswers(): void;
  release(): void;
  /** Breaks every connection and refuses new ones until `comeBack`. */
  goDown(): void;
  comeBack(): void;
  close(): Promise<void>;
}

/** Forwards a free local port to `targetUrl`. */
export async function startTcpProxy(targetUrl: string): Promise<TcpProxy> {
  const target = new URL(targetUrl);
  const pairs = new Set<{ client: Socket; server: Socket }>();
  let isHolding = false;
  let isDown = false;
  const listener = createServer((client) => {
    if (isDown) {
      client.destroy();
      return;
    }
    const server = connect(Number(target.port), target.hostname);
    const pair = { client, server };
    pairs.add(pair);
    client.pipe(server);
    server.pipe(client);
    if (isHolding) server.unpipe(client).pause();
    const drop = () => {
      pairs.delete(pair);
      client.destroy();
      server.destroy();
    };
    for (const socket of [client, server]) socket.on("error", drop).on("close", drop);
  });
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  const cut = () => {
    for (const { client, server } of pairs) {
      client.destroy();
      server.destroy();
    }
  };
  return {
    url: `http://127.0.0.1:${(listener.address() as AddressInfo).port}`,
    cut,
    holdAnswers: () => {
      isHolding = true;
      for (const { client, server } of pairs) server.unpipe(client).pause();
    },
    release: () => {
      isHolding = false;
      for (const { client, server } of pairs) server.pipe(client);
    },
    goDown: () => {
      isDown = true;
      isHolding = false;
      cut();
    },
    comeBack: () => {
      isDown = false;
    },
    close: () => {
      cut();
      return new Promise((resolve) => listener.close(() => resolve()));
    },
  };
}

import type { AddressInfo } from "node:net";
import { WebSocketServer, type WebSocket } from "ws";

// The least a program does that tells many sockets the same: a socket that sends text gives the bytes and is the writer
// from then on; each number it sends is acknowledged, and the bytes go to all others with that number at their end.

const server = new WebSocketServer({ port: 0, host: "127.0.0.1", perMessageDeflate: false, clientTracking: true });
let page = "";

server.on("connection", (socket) => {
  socket.on("message", (data: Buffer) => {
    const text = data.toString("utf8");
    if (page === "") page = text;
    else write(socket, text);
  });
});

function write(writer: WebSocket, number: string): void {
  writer.send(number);
  const bytes = Buffer.from(`${page}${number}`);
  for (const socket of server.clients) if (socket !== writer) socket.send(bytes, { binary: false });
}

server.on("listening", () => {
  process.stdout.write(`ws://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});

// Real receivers on this machine: an HTTP server that answers as it is told, and a mail server that speaks enough SMTP.
import { createServer, type IncomingHttpHeaders } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Socket } from "node:net";
import { TLSSocket } from "node:tls";

export interface Heard {
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}
export interface Reply {
  readonly status: number;
  readonly body?: string;
  readonly location?: string;
}
export interface Receiver {
  readonly url: string;
  readonly heard: Heard[];
  /** What the next requests are answered; "never": the connection stands and nothing comes. */
  answer: Reply | "never";
  /** Called once a request is there whole, before it is answered. */
  onHeard?: () => void;
  close(): Promise<void>;
}

export async function httpReceiver(answer: Reply | "never" = { status: 200, body: '{"errcode":0,"errmsg":"ok"}' }): Promise<Receiver> {
  const sockets = new Set<Socket>();
  const heard: Heard[] = [];
  const receiver: Pick<Receiver, "answer" | "onHeard"> = { answer };
  const server = createServer((request, reply) => {
    let body = "";
    request.setEncoding("utf8");
    request.on("data", (chunk: string) => {
      body += chunk;
    });
    request.on("end", () => {
      heard.push({ url: request.url ?? "", headers: request.headers, body });
      receiver.onHeard?.();
      if (receiver.answer === "never") return;
      const { status, body: text = "", location } = receiver.answer;
      reply.writeHead(status, location === undefined ? {} : { location }).end(text);
    });
  });
  server.on("connection", (socket) => sockets.add(socket.on("close", () => sockets.delete(socket))));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return Object.assign(receiver, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?key=a-secret-key-42f7`,
    heard,
    close: () =>
      new Promise<void>((done) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => done());
      }),
  });
}

export interface MailReceiver {
  readonly port: number;
  /** `secure`: behind STARTTLS. */
  readonly mails: { readonly to: string[]; readonly text: string; readonly secure: boolean }[];
  /** Commands that came without TLS. */
  readonly inClear: string[];
  /** The answer to RCPT. */
  rcpt: string;
  close(): Promise<void>;
}

/** `tls`: it offers STARTTLS with this certificate, and takes a name and password behind it. */
export async function mailReceiver(tls?: { readonly key: string; readonly pem: string }): Promise<MailReceiver> {
  const mails: { to: string[]; text: string; secure: boolean }[] = [];
  const inClear: string[] = [];
  const state: Pick<MailReceiver, "rcpt"> = { rcpt: "250 ok" };
  const sockets = new Set<Socket>();
  function speak(socket: Socket, secure: boolean): void {
    let waiting = "";
    let data: string | undefined;
    let to: string[] = [];
    const say = (line: string): boolean => socket.write(`${line}\r\n`);
    const secured = (): void => {
      socket.removeAllListeners("data");
      say("220 go on");
      speak(new TLSSocket(socket, { isServer: true, key: tls?.key, cert: tls?.pem }), true);
    };
    const answer = (line: string): void => {
      if (!secure) inClear.push(line);
      if (data !== undefined) {
        if (line === ".") {
          mails.push({ to, text: data, secure });
          data = undefined;
          to = [];
          say("250 queued as 1");
        } else data += `${line}\n`;
      } else if (/^EHLO/i.test(line))
        say(["250-test", ...(tls === undefined ? [] : [secure ? "250-AUTH PLAIN" : "250-STARTTLS"]), "250 8BITMIME"].join("\r\n"));
      else if (/^STARTTLS/i.test(line)) tls === undefined ? say("502 no such command") : secured();
      else if (/^AUTH/i.test(line)) say("235 come in");
      else if (/^RCPT/i.test(line)) {
        if (state.rcpt.startsWith("2")) to.push(/<(.*)>/.exec(line)?.[1] ?? "");
        say(state.rcpt);
      } else if (/^DATA/i.test(line)) {
        data = "";
        say("354 go on");
      } else if (/^QUIT/i.test(line)) {
        say("221 bye");
        socket.end();
      } else say("250 ok");
    };
    socket.on("error", () => undefined);
    if (!secure) say("220 test ESMTP");
    socket.setEncoding("utf8").on("data", (chunk) => {
      waiting += chunk;
      for (let end = waiting.indexOf("\r\n"); end >= 0; end = waiting.indexOf("\r\n")) {
        const line = waiting.slice(0, end);
        waiting = waiting.slice(end + 2);
        answer(line);
      }
    });
  }
  const server = createTcpServer((socket) => {
    sockets.add(socket.on("close", () => sockets.delete(socket)));
    speak(socket, false);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return Object.assign(state, {
    port: (server.address() as AddressInfo).port,
    mails,
    inClear,
    close: () =>
      new Promise<void>((done) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => done());
      }),
  });
}

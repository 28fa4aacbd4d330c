// The same client and server as grpc_peer.cc, of the package @grpc/grpc-js: `node grpc_peer.js server`, `... client PORT`.
// The package is looked for in the folder $GRPC_JS.
const path = require("path");
const grpc = require(require.resolve("@grpc/grpc-js", { paths: [path.resolve(process.env.GRPC_JS || ".")] }));

const asBytes = (text) => Buffer.from(text);
const asText = (bytes) => bytes.toString();
const method = (name, requestStream, responseStream) => ({
  path: "/t/" + name, requestStream, responseStream,
  requestSerialize: asBytes, requestDeserialize: asText, responseSerialize: asBytes, responseDeserialize: asText,
});
const methods = {
  Echo: method("Echo", false, false), Cancelled: method("Cancelled", false, false), Refuse: method("Refuse", false, false),
  Collect: method("Collect", true, false), Expand: method("Expand", false, true), Wait: method("Wait", true, true), Chat: method("Chat", true, true),
};

function serve() {
  let cancelled = 0;
  const trailer = (name) => { const fields = new grpc.Metadata(); fields.set("x-method", "/t/" + name); return fields; };
  const server = new grpc.Server({ "grpc.max_receive_message_length": 8 << 20 });
  server.addService(methods, {
    Echo: (call, done) => done(null, call.request, trailer("Echo")),
    Cancelled: (call, done) => done(null, String(cancelled), trailer("Cancelled")),
    Refuse: (call, done) => done({ code: grpc.status.FAILED_PRECONDITION, details: "not now: 100%", metadata: trailer("Refuse") }),
    Collect: (call, done) => {
      let count = 0, size = 0;
      call.on("data", (text) => { ++count; size += text.length; });
      call.on("end", () => done(null, `${count} of ${size}`, trailer("Collect")));
    },
    Expand: (call) => {
      for (let i = 0; i < Number(call.request); ++i) call.write(call.request);
      call.end(trailer("Expand"));
    },
    Wait: (call) => {
      call.on("data", (text) => call.write(text));
      call.on("end", () => {});
      call.on("cancelled", () => ++cancelled);
    },
    Chat: (call) => {
      call.on("data", (text) => call.write(text));
      call.on("end", () => call.end(trailer("Chat")));
    },
  });
  server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (_, port) => {
    console.log(port);
  });
  process.stdin.resume();
  process.stdin.on("end", () => process.exit(0));
}

async function ask(client) {
  const say = (line) => console.log(line);
  const told = (status) => {
    const names = status.metadata.get("x-method");
    return `${status.code} '${status.details === "OK" ? "" : status.details}'` + (names.length ? ` trailer ${names[0]}` : "");
  };
  const deadline = (ms) => ({ deadline: Date.now() + ms });
  const unary = (name, text) => new Promise((resolve) => {
    let reply = "";
    const call = client.makeUnaryRequest("/t/" + name, asBytes, asText, text, new grpc.Metadata(), deadline(20000),
                                         (error, value) => { reply = error ? "" : value; });
    call.on("status", (status) => setImmediate(() => resolve([reply, told(status)])));
  });
  const ended = (call) => new Promise((resolve) => { call.on("status", (status) => resolve(told(status))); call.on("error", () => {}); });
  const next = (call) => new Promise((resolve) => call.once("data", resolve));

  let [reply, status] = await unary("Echo", "hello");
  say(`unary: ${reply}, ${status}`);
  const large = "x".repeat(3000000);
  [reply, status] = await unary("Echo", large);
  say(`large: ${reply === large ? "same" : "different"}, ${status}`);

  [reply, status] = await new Promise((resolve) => {
    let value = "";
    const call = client.makeClientStreamRequest("/t/Collect", asBytes, asText, new grpc.Metadata(), deadline(20000), (_, text) => { value = text; });
    call.on("status", (end) => setImmediate(() => resolve([value, told(end)])));
    for (let i = 0; i < 100; ++i) call.write("y".repeat(10000));
    call.end();
  });
  say(`client streaming: ${reply}, ${status}`);

  let call = client.makeServerStreamRequest("/t/Expand", asBytes, asText, "500", new grpc.Metadata(), deadline(20000));
  let count = 0;
  call.on("data", (text) => { count += text === "500"; });
  status = await ended(call);
  say(`server streaming: ${count}, ${status}`);

  call = client.makeBidiStreamRequest("/t/Chat", asBytes, asText, new grpc.Metadata(), deadline(20000));
  let heard = "";
  for (const word of ["one", "two", "three"]) {
    call.write(word);
    heard += (await next(call)) + " ";
  }
  call.resume();
  call.end();
  say(`bidirectional: ${heard}${await ended(call)}`);

  [reply, status] = await unary("Refuse", "x");
  say(`trailers only: ${status}`);

  call = client.makeBidiStreamRequest("/t/Wait", asBytes, asText, new grpc.Metadata(), deadline(300));
  call.write("x");
  heard = await next(call);
  call.resume();
  say(`deadline: ${heard}, ${(await ended(call)).split(" ")[0]}`);
  call = client.makeBidiStreamRequest("/t/Wait", asBytes, asText, new grpc.Metadata(), deadline(20000));
  call.write("x");
  heard = await next(call);
  call.resume();
  call.cancel();
  say(`cancelled: ${heard}, ${(await ended(call)).split(" ")[0]}`);
  for (let tries = 0; tries < 200; ++tries) {  // the server hears of both in its own time
    [reply] = await unary("Cancelled", "x");
    if (reply === "2") break;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  say(`the server saw cancelled: ${reply}`);

  const texts = Array.from({ length: 1000 }, (_, i) => String(i));
  const replies = await Promise.all(texts.map((text) => unary("Echo", text)));
  say(`many: ${replies.filter(([text, end], i) => text === texts[i] && end.startsWith("0 ")).length}`);
  client.close();
}

if (process.argv[2] === "server") serve();
else ask(new grpc.Client("127.0.0.1:" + process.argv[3], grpc.credentials.createInsecure(), { "grpc.max_receive_message_length": 8 << 20 }));

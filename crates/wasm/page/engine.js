// The engine: WebAssembly in this page, and in a worker for what takes longer.

import { byId } from "./dom.js";

let wasm = null;

/** Loads the engine. */
export async function load() {
  wasm = await inflated(byId("wasm").textContent);
  wasm_bindgen.initSync({ module: wasm });
}

/** Returns the bytes of a compressed module in base64. */
async function inflated(base64) {
  const packed = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Asks the engine: JSON there and back. An answer with `error` is a refusal of the input. */
export function ask(name, argument = null) {
  return JSON.parse(wasm_bindgen[`review_${name}`](JSON.stringify(argument)));
}

let worker = null;
let lastId = 0;
const waiting = new Map();

/** Asks the engine off the main thread. `onProgress` gets what it says meanwhile. */
export function askLater(name, argument = null, onProgress = () => {}) {
  worker ??= start();
  lastId += 1;
  const id = lastId;
  return new Promise((resolve, reject) => {
    waiting.set(id, { resolve, reject, onProgress });
    worker.postMessage({ id, name, argument: JSON.stringify(argument) });
  });
}

/** Ends all that runs off the main thread: its promises reject. */
export function stop() {
  worker?.terminate();
  worker = null;
  for (const { reject } of waiting.values()) reject(new Error("stopped"));
  waiting.clear();
}

function start() {
  // From the disk, browsers run a worker that comes from a Blob alone.
  const script = `${byId("engine").textContent}\n${byId("worker").textContent}`;
  const url = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
  const started = new Worker(url);
  started.onmessage = ({ data }) => answer(data);
  started.onerror = (event) => {
    event.preventDefault();
    stop();
  };
  started.postMessage({ wasm });
  return started;
}

function answer({ id, progress, result, error }) {
  const job = waiting.get(id);
  if (!job) return;
  if (progress) {
    job.onProgress(JSON.parse(progress));
    return;
  }
  waiting.delete(id);
  if (error) {
    job.reject(new Error(error));
    // The engine does not survive an error of its own: the next question starts another one.
    stop();
    return;
  }
  job.resolve(JSON.parse(result));
}

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

/** Answers questions off the main thread, one after another. */
class Background {
  #worker = null;
  #lastId = 0;
  #waiting = new Map();

  /** Asks the engine. `onProgress` gets what it says meanwhile. */
  ask(name, argument = null, onProgress = () => {}) {
    return new Promise((resolve, reject) => {
      this.#worker ??= this.#start();
      this.#lastId += 1;
      this.#waiting.set(this.#lastId, { resolve, reject, onProgress });
      this.#worker.postMessage({ id: this.#lastId, name, argument: JSON.stringify(argument) });
    });
  }

  /** Ends all questions: their promises reject. */
  stop(reason = "stopped") {
    this.#worker?.terminate();
    this.#worker = null;
    for (const { reject } of this.#waiting.values()) reject(new Error(reason));
    this.#waiting.clear();
  }

  #start() {
    // From the disk, browsers run a worker that comes from a Blob alone.
    const script = `${byId("engine").textContent}\n${byId("worker").textContent}`;
    const url = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
    const worker = newWorker(url);
    worker.onmessage = ({ data }) => this.#answer(data);
    worker.onerror = (event) => {
      event.preventDefault();
      this.stop(`a worker failed: ${event.message}`);
    };
    worker.postMessage({ wasm });
    return worker;
  }

  #answer({ id, progress, result, error }) {
    const question = this.#waiting.get(id);
    if (!question) return;
    if (progress) {
      question.onProgress(JSON.parse(progress));
      return;
    }
    this.#waiting.delete(id);
    // The engine does not survive an error of its own: the next question starts another one.
    if (error) this.stop(error);
    if (error) question.reject(new Error(error));
    else question.resolve(JSON.parse(result));
  }
}

function newWorker(url) {
  try {
    return new Worker(url);
  } catch (error) {
    throw new Error(`no worker starts here: ${error.message}`);
  }
}

/** For what a tab shows. */
export const background = new Background();
/** For checks, which may take minutes. */
export const search = new Background();

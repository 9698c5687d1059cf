// The engine: WebAssembly in this page, and in a worker for what takes longer.

const WASM_BASE64 = byId("wasm").textContent.trim();

/** Decodes the module that the build step has put into the page. */
function moduleBytes() {
  const text = atob(WASM_BASE64);
  const bytes = new Uint8Array(text.length);
  for (let index = 0; index < text.length; index += 1) bytes[index] = text.charCodeAt(index);
  return bytes;
}

/** Calls a function of the engine: JSON there and back. */
function ask(name, argument) {
  const text = typeof argument === "string" ? argument : JSON.stringify(argument ?? null);
  return JSON.parse(wasm_bindgen[`review_${name}`](text));
}

let worker = null;
let jobs = new Map();
let nextJob = 0;

/** Calls a function off the main thread. `onProgress` gets what it says meanwhile. */
function askLater(name, argument, onProgress) {
  if (!worker) startWorker();
  const id = (nextJob += 1);
  return new Promise((resolve, reject) => {
    jobs.set(id, { resolve, reject, onProgress });
    worker.postMessage({ id, name, argument: JSON.stringify(argument ?? null) });
  });
}

/** Stops everything that runs off the main thread. */
function stopLater() {
  worker?.terminate();
  worker = null;
  for (const job of jobs.values()) job.reject(new Error("stopped"));
  jobs = new Map();
}

function startWorker() {
  const [glue, job] = [byId("glue").textContent, byId("worker").textContent];
  const source = `${glue}\nconst WASM_BASE64 = ${JSON.stringify(WASM_BASE64)};\n${moduleBytes}\n${job}`;
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  worker = new Worker(url);
  worker.onmessage = ({ data }) => {
    const job = jobs.get(data.id);
    if (!job) return;
    if (data.progress) {
      job.onProgress?.(JSON.parse(data.progress));
      return;
    }
    jobs.delete(data.id);
    if (data.error) job.reject(new Error(data.error));
    else job.resolve(JSON.parse(data.result));
  };
}

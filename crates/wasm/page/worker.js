// Off the main thread: calls a function of the engine for each message.

onmessage = ({ data }) => {
  if (data.wasm) {
    wasm_bindgen.initSync({ module: data.wasm });
    return;
  }
  const { id, name, argument } = data;
  try {
    postMessage({ id, result: call(name, argument, (progress) => postMessage({ id, progress })) });
  } catch (error) {
    postMessage({ id, error: String(error) });
  }
};

function call(name, argument, onProgress) {
  const review = wasm_bindgen[`review_${name}`];
  return name === "check" ? review(argument, onProgress) : review(argument);
}

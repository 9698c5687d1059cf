// Off the main thread: calls a function of the engine for each message.
wasm_bindgen.initSync({ module: moduleBytes() });
onmessage = ({ data: { id, name, argument } }) => {
  try {
    const progress = (text) => postMessage({ id, progress: text });
    const call = wasm_bindgen[`review_${name}`];
    postMessage({ id, result: name === "check" ? call(argument, progress) : call(argument) });
  } catch (error) {
    postMessage({ id, error: String(error) });
  }
};

// Short words and signs for what the engine names.

/** The questions in the order of the matrix, each with the verb of its column. */
export const QUESTIONS = {
  message: "message",
  call: "call",
  group_invitation: "invite",
  presence: "appear online to",
  send_request: "send a request",
};

/** Returns the verb of a question, also of one that is about an action. */
export function verb(question) {
  return QUESTIONS[question] ?? question.replaceAll("_", " ");
}

const SIGNS = { allowed: "✓", refused: "✕", refused_silently: "◌" };
const WORDS = { allowed: "may", refused: "may not", refused_silently: "may not, and is not told" };

/** The verdicts with their signs and words. */
export const VERDICTS = Object.keys(SIGNS).map((name) => ({
  name,
  sign: SIGNS[name],
  words: WORDS[name],
}));

export function sign(verdict) {
  return SIGNS[verdict];
}

export function verdictInWords(verdict) {
  return WORDS[verdict];
}

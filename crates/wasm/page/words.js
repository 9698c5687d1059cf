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

/** What the matrix shows of an answer: a sign and words. Its colour is that of the verdict. */
const LOOKS = {
  allowed: { verdict: "allowed", sign: "✓", words: "may" },
  told: { verdict: "refused", sign: "✕", words: "may not, and is told why" },
  neutral: { verdict: "refused", sign: "⊘", words: "may not, and is not told why" },
  silent: { verdict: "refused_silently", sign: "◌", words: "may not, and is not told" },
};
export const KEY = Object.values(LOOKS);

/** Returns the look of an answer, by what the actor is told of a refusal. */
export function look({ notice }) {
  return LOOKS[notice] ?? LOOKS.allowed;
}

const VERDICTS = {
  allowed: LOOKS.allowed,
  refused: { ...LOOKS.told, words: "may not" },
  refused_silently: LOOKS.silent,
};

/** Returns the look of a verdict alone. */
export function lookOfVerdict(verdict) {
  return VERDICTS[verdict];
}

// Short words and signs for what the engine names.

/** The questions in the order of the matrix, each with the verb of its column. */
export const QUESTIONS = {
  message: "message",
  call: "call",
  group_invitation: "invite",
  presence: "appear online to",
  send_request: "request",
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
const UNKNOWN = { verdict: "unknown", sign: "–", words: "nothing, as a user is missing" };
export const KEY = Object.values(LOOKS);

/** Returns the look of an answer, by what the actor is told of a refusal. */
export function look({ notice, is_known = true }) {
  if (!is_known) return UNKNOWN;
  return LOOKS[notice] ?? LOOKS.allowed;
}

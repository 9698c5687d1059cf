/** Why a call failed. Nothing has changed. */
export class SocialGraphError extends Error {
  constructor(message, code, reasons, visibleReasons) {
    super(message);
    this.name = "SocialGraphError";
    this.code = code;
    this.reasons = reasons;
    this.visibleReasons = visibleReasons;
  }
}

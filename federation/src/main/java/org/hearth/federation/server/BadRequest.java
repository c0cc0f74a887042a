package org.hearth.federation.server;

import org.hearth.schemas.error.ErrorCode;

/// A request that cannot be understood or may not be served; the router answers it. Never for what
/// the engine refuses.
final class BadRequest extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final ErrorCode code;
  private final String text;

  BadRequest(int status, ErrorCode code, String text) {
    super(text, null, false, false);
    this.status = status;
    this.code = code;
    this.text = text;
  }

  static BadRequest invalid(String text) {
    return new BadRequest(400, ErrorCode.M_INVALID_PARAM, text);
  }

  static BadRequest badJson(String text) {
    return new BadRequest(400, ErrorCode.M_BAD_JSON, text);
  }

  static BadRequest unauthorized(String text) {
    return new BadRequest(401, ErrorCode.M_UNAUTHORIZED, text);
  }

  static BadRequest forbidden(String text) {
    return new BadRequest(403, ErrorCode.M_FORBIDDEN, text);
  }

  Answer answer() {
    return Answer.error(status, code, text);
  }
}

package org.hearth.client.http;

import org.hearth.schemas.error.ErrorCode;

/// The HTTP status that goes with an error code where an endpoint's text asks for no other.
final class ErrorStatus {
  private ErrorStatus() {}

  static int of(ErrorCode code) {
    return switch (code) {
      case M_MISSING_TOKEN, M_UNKNOWN_TOKEN, M_UNAUTHORIZED, M_USER_LOCKED -> 401;
      case M_FORBIDDEN,
          M_CANNOT_LEAVE_SERVER_NOTICE_ROOM,
          M_GUEST_ACCESS_FORBIDDEN,
          M_INVITE_BLOCKED,
          M_RESOURCE_LIMIT_EXCEEDED,
          M_THREEPID_DENIED,
          M_USER_DEACTIVATED,
          M_USER_LIMIT_EXCEEDED,
          M_USER_SUSPENDED,
          M_WRONG_ROOM_KEYS_VERSION ->
          403;
      case M_NOT_FOUND, M_UNRECOGNIZED -> 404;
      case M_CANNOT_OVERWRITE_MEDIA -> 409;
      case M_TOO_LARGE -> 413;
      case M_LIMIT_EXCEEDED -> 429;
      case M_CONNECTION_FAILED -> 502;
      case M_CONNECTION_TIMEOUT, M_NOT_YET_UPLOADED -> 504;
      case M_BAD_ALIAS,
          M_BAD_JSON,
          M_BAD_STATE,
          M_CAPTCHA_INVALID,
          M_CAPTCHA_NEEDED,
          M_DUPLICATE_ANNOTATION,
          M_EXCLUSIVE,
          M_INCOMPATIBLE_ROOM_VERSION,
          M_INVALID_PARAM,
          M_INVALID_ROOM_STATE,
          M_INVALID_SIGNATURE,
          M_INVALID_USERNAME,
          M_KEY_TOO_LARGE,
          M_MISSING_PARAM,
          M_NOT_JSON,
          M_PROFILE_TOO_LARGE,
          M_ROOM_IN_USE,
          M_SERVER_NOT_TRUSTED,
          M_THREEPID_AUTH_FAILED,
          M_THREEPID_IN_USE,
          M_THREEPID_MEDIUM_NOT_SUPPORTED,
          M_THREEPID_NOT_FOUND,
          M_UNABLE_TO_AUTHORISE_JOIN,
          M_UNABLE_TO_GRANT_JOIN,
          M_UNACTIONABLE,
          M_UNKNOWN,
          M_UNKNOWN_DEVICE,
          M_UNKNOWN_POS,
          M_UNSUPPORTED_ROOM_VERSION,
          M_URL_NOT_SET,
          M_USER_IN_USE,
          M_WEAK_PASSWORD ->
          400;
    };
  }
}

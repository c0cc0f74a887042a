package org.hearth.client.http;

/// Classes of work with a limit of their own, per person (or per address where nobody is logged
/// in). The rates come from the configuration.
public enum RateClass {
  /// No limit beyond those that hold for every request.
  UNLIMITED,
  /// Attempts to log in, per address.
  LOGIN,
  /// Attempts to register and questions about user names, per address.
  REGISTRATION,
  /// Events a person sends.
  MESSAGE,
  /// Joins, knocks and invites, which may cost other servers work.
  MEMBERSHIP,
  /// Uploads and downloads of media.
  MEDIA,
  /// Everything else that the specification marks as rate limited.
  GENERAL
}

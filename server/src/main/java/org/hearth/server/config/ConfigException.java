package org.hearth.server.config;

import java.util.List;

/// The configuration cannot be used. Each problem is one sentence that names the place (file and
/// line, or the `--set` option), the key, and what is allowed there; values are not repeated, they
/// may be secrets.
public final class ConfigException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient List<String> problems;

  ConfigException(List<String> problems) {
    super(String.join("\n", problems));
    this.problems = List.copyOf(problems);
  }

  /// What is wrong, in the order of the keys; never empty.
  public List<String> problems() {
    return problems;
  }
}

package org.hearth.server.config;

import java.util.LinkedHashMap;
import java.util.List;

/// A node of the configuration as it was written, with the place where it stands.
///
/// Collections are mutable while `--set` options are laid over the file, and only read afterwards.
sealed interface Setting {

  /// For messages: `config.yaml line 12`, or `--set rooms.default_version`.
  String where();

  /// What a message calls this node: "a list", "a number".
  String kind();

  /// A single value; `kind` is what YAML's core schema takes its text for.
  record Value(String text, Kind type, String where) implements Setting {
    @Override
    public String kind() {
      return type.words;
    }
  }

  /// A mapping, in the order of the file.
  record Group(LinkedHashMap<String, Setting> entries, String where) implements Setting {
    @Override
    public String kind() {
      return "a group of keys";
    }
  }

  /// A sequence.
  record Items(List<Setting> items, String where) implements Setting {
    @Override
    public String kind() {
      return "a list";
    }
  }

  /// Kinds of a single value.
  enum Kind {
    TEXT("text"),
    INTEGER("a whole number"),
    DECIMAL("a number"),
    TRUTH("true or false"),
    NOTHING("nothing");

    final String words;

    Kind(String words) {
      this.words = words;
    }
  }
}

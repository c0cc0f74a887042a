package org.hearth.server.config;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.hearth.server.config.Setting.Group;
import org.hearth.server.config.Setting.Items;
import org.hearth.server.config.Setting.Kind;
import org.hearth.server.config.Setting.Value;
import org.jspecify.annotations.Nullable;

/// One group of keys while it is read. Each method asks for one key, remembers that the key exists,
/// and answers the default where the key is absent or wrong; a wrong one is noted as a problem.
/// {@link #close()} notes the keys nobody asked for.
final class Section implements AutoCloseable {
  private final String path;
  private final Group group;
  private final List<String> problems;
  private final Set<String> known = new LinkedHashSet<>();

  Section(String path, Group group, List<String> problems) {
    this.path = path;
    this.group = group;
    this.problems = problems;
  }

  /// The group under a key; an empty one if the key is absent.
  Section section(String key) {
    Setting setting = find(key);
    if (setting instanceof Group found) return new Section(path(key), found, problems);
    if (setting != null) wrong(setting, key, "must be a group of keys, not " + setting.kind());
    return new Section(path(key), new Group(new LinkedHashMap<>(), group.where()), problems);
  }

  boolean has(String key) {
    return find(key) != null;
  }

  /// A list of groups; null if the key is absent.
  @Nullable List<Section> sections(String key) {
    List<Setting> items = items(key);
    if (items == null) return null;
    var sections = new ArrayList<Section>();
    for (int i = 0; i < items.size(); i++) {
      if (items.get(i) instanceof Group item) {
        sections.add(new Section(path(key) + "." + i, item, problems));
      } else {
        wrong(items.get(i), key + "." + i, "must be a group of keys, not " + items.get(i).kind());
      }
    }
    return sections;
  }

  /// A list of texts; empty if the key is absent.
  ///
  /// @param allowed completes the sentence "each item must be ..."
  List<String> texts(String key, String allowed, Predicate<String> valid) {
    List<Setting> items = items(key);
    if (items == null) return List.of();
    var texts = new ArrayList<String>();
    for (int i = 0; i < items.size(); i++) {
      if (items.get(i) instanceof Value(var text, var type, _)
          && type != Kind.NOTHING
          && valid.test(text)) {
        texts.add(text);
      } else {
        wrong(items.get(i), key + "." + i, "must be " + allowed);
      }
    }
    return List.copyOf(texts);
  }

  /// A text; null if the key is absent. Numbers are taken as they are written, so that a room
  /// version or a password of digits needs no quotes.
  @Nullable String text(String key, String allowed, Predicate<String> valid) {
    Setting setting = find(key);
    if (setting == null) return null;
    if (setting instanceof Value(var text, _, _) && valid.test(text)) return text;
    wrong(setting, key, "must be " + allowed);
    return null;
  }

  String text(String key, String otherwise, String allowed, Predicate<String> valid) {
    String text = text(key, allowed, valid);
    return text != null ? text : otherwise;
  }

  long integer(String key, long otherwise, long least, long most) {
    Setting setting = find(key);
    if (setting == null) return otherwise;
    if (setting instanceof Value(var text, var type, _)
        && type == Kind.INTEGER
        && text.matches("[+-]?\\d{1,18}")) {
      long value = Long.parseLong(text);
      if (value >= least && value <= most) return value;
    }
    wrong(setting, key, "must be a whole number from " + least + " to " + most);
    return otherwise;
  }

  int number(String key, int otherwise, int least, int most) {
    return (int) integer(key, otherwise, least, most);
  }

  double decimal(String key, double otherwise, double least, double most) {
    Setting setting = find(key);
    if (setting == null) return otherwise;
    if (setting instanceof Value(var text, var type, _)
        && (type == Kind.INTEGER || type == Kind.DECIMAL)
        && text.matches("[+-]?[0-9.eE+-]+")) {
      double value = Double.parseDouble(text);
      if (value >= least && value <= most) return value;
    }
    wrong(setting, key, "must be a number from " + least + " to " + most);
    return otherwise;
  }

  boolean truth(String key, boolean otherwise) {
    Setting setting = find(key);
    if (setting == null) return otherwise;
    if (setting instanceof Value(var text, var type, _) && type == Kind.TRUTH) {
      return text.toLowerCase(Locale.ROOT).equals("true");
    }
    wrong(setting, key, "must be true or false");
    return otherwise;
  }

  <E extends Enum<E>> E choice(String key, E otherwise) {
    Setting setting = find(key);
    if (setting == null) return otherwise;
    E[] all = otherwise.getDeclaringClass().getEnumConstants();
    if (setting instanceof Value(var text, _, _)) {
      for (E one : all) if (word(one).equals(text)) return one;
    }
    wrong(setting, key, "must be one of " + words(all));
    return otherwise;
  }

  <E extends Enum<E>> Set<E> choices(String key, E[] all, Set<E> otherwise) {
    if (!has(key)) return otherwise;
    String allowed = "one of " + words(all);
    List<String> words = Arrays.stream(all).map(Section::word).toList();
    List<Setting> items = items(key);
    if (items != null && items.isEmpty()) problem(key, "must name at least one");
    return texts(key, allowed, words::contains).stream()
        .map(text -> all[words.indexOf(text)])
        .collect(Collectors.toUnmodifiableSet());
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static String words(Enum<?>[] all) {
    Function<Enum<?>, String> word = Section::word;
    return Arrays.stream(all).map(word).collect(Collectors.joining(", "));
  }

  private @Nullable List<Setting> items(String key) {
    Setting setting = find(key);
    if (setting instanceof Items items) return items.items();
    if (setting != null) wrong(setting, key, "must be a list, not " + setting.kind());
    return null;
  }

  /// Notes a problem with a key that is well-formed by itself, at the place of the key.
  void problem(String key, String sentence) {
    Setting setting = group.entries().get(key);
    wrong(setting != null ? setting : group, key, sentence);
  }

  /// Notes every key that nobody asked for, with those that exist.
  @Override
  public void close() {
    for (var entry : group.entries().entrySet()) {
      if (known.contains(entry.getKey())) continue;
      wrong(
          entry.getValue(),
          entry.getKey(),
          "is unknown; allowed here: " + String.join(", ", known));
    }
  }

  private @Nullable Setting find(String key) {
    known.add(key);
    Setting setting = group.entries().get(key);
    return setting == null || Yaml.isNothing(setting) ? null : setting;
  }

  private void wrong(Setting setting, String key, String sentence) {
    problems.add(setting.where() + ": " + path(key) + " " + sentence);
  }

  private String path(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }
}

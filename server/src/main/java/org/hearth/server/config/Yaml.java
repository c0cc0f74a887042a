package org.hearth.server.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import org.hearth.server.config.Setting.Group;
import org.hearth.server.config.Setting.Items;
import org.hearth.server.config.Setting.Kind;
import org.hearth.server.config.Setting.Value;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/// Reads YAML 1.2 into settings that know their line, and lays `--set` options over them.
final class Yaml {
  private static final String INDEX = "\\d{1,4}";

  private final List<String> problems;

  Yaml(List<String> problems) {
    this.problems = problems;
  }

  /// The whole file; an empty file is an empty group.
  ///
  /// @param label what messages call the file
  Group document(String text, String label) {
    Setting root = parse(text, label, label + " line ");
    if (root instanceof Group group) return group;
    if (root != null && !(root instanceof Value(_, var type, _) && type == Kind.NOTHING)) {
      problems.add(root.where() + ": the file must be a group of keys, not " + root.kind());
    }
    return new Group(new LinkedHashMap<>(), label);
  }

  /// Lays one `key=value` over the settings. The key is dotted, items of a list are counted from 0
  /// (`listeners.0.port`); the value is YAML, so JSON works as well. The item after the last one is
  /// appended.
  void override(Group root, String option) {
    int equals = option.indexOf('=');
    if (equals <= 0) {
      problems.add("--set " + option + ": expected key=value");
      return;
    }
    String key = option.substring(0, equals);
    String where = "--set " + key;
    Setting value = parse(option.substring(equals + 1), where, null);
    if (value == null) value = new Value("", Kind.NOTHING, where);
    Setting current = root;
    String[] path = key.split("\\.", -1);
    for (int i = 0; i < path.length && current != null; i++) {
      boolean last = i == path.length - 1;
      Setting fresh = last ? value : empty(path[i + 1], where);
      current = descend(current, path[i], last, fresh, where);
    }
  }

  /// What a step must lead to where nothing is yet: a list if the next step counts, else a group.
  private static Setting empty(String nextStep, String where) {
    if (nextStep.matches(INDEX)) return new Items(new ArrayList<>(), where);
    return new Group(new LinkedHashMap<>(), where);
  }

  /// The child named `step`: `fresh` where it must be replaced or is absent, else the present one.
  private @Nullable Setting descend(
      Setting parent, String step, boolean replace, Setting fresh, String where) {
    switch (parent) {
      case Group(var entries, _) -> {
        Setting present = entries.get(step);
        boolean keep = !replace && present != null && !isNothing(present);
        if (!keep) entries.put(step, fresh);
        return keep ? present : fresh;
      }
      case Items(var items, _) -> {
        int index = step.matches(INDEX) ? Integer.parseInt(step) : -1;
        if (index < 0 || index > items.size()) {
          problems.add(where + ": " + step + " must be an index from 0 to " + items.size());
          return null;
        }
        if (index == items.size()) items.add(fresh);
        else if (replace) items.set(index, fresh);
        return items.get(index);
      }
      case Value _ -> {
        problems.add(where + ": there is no key " + step + " here");
        return null;
      }
    }
  }

  static boolean isNothing(Setting setting) {
    return setting instanceof Value value && value.type() == Kind.NOTHING;
  }

  /// @param linePrefix what stands before a line number; null to name only the label
  private @Nullable Setting parse(String text, String label, @Nullable String linePrefix) {
    LoadSettings settings = LoadSettings.builder().setLabel(label).build();
    try {
      Optional<Node> root = new Compose(settings).composeString(text);
      return root.map(
              node ->
                  convert(node, place(node.getStartMark(), label, linePrefix), label, linePrefix))
          .orElse(null);
    } catch (MarkedYamlEngineException e) {
      problems.add(place(e.getProblemMark(), label, linePrefix) + ": not YAML: " + e.getProblem());
    } catch (YamlEngineException e) {
      problems.add(label + ": not YAML");
    }
    return null;
  }

  /// @param where the line of the key; what it names may begin further down
  private Setting convert(Node node, String where, String label, @Nullable String linePrefix) {
    return switch (node) {
      case MappingNode mapping -> {
        var entries = new LinkedHashMap<String, Setting>();
        for (NodeTuple tuple : mapping.getValue()) {
          String place = place(tuple.getKeyNode().getStartMark(), label, linePrefix);
          if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
            problems.add(place + ": a key must be a single word");
            continue;
          }
          Setting value = convert(tuple.getValueNode(), place, label, linePrefix);
          if (entries.put(key.getValue(), value) != null) {
            problems.add(place + ": " + key.getValue() + " is given twice");
          }
        }
        yield new Group(entries, where);
      }
      case SequenceNode sequence -> {
        var items = new ArrayList<Setting>();
        for (Node item : sequence.getValue()) {
          String place = place(item.getStartMark(), label, linePrefix);
          items.add(convert(item, place, label, linePrefix));
        }
        yield new Items(items, where);
      }
      case ScalarNode scalar -> new Value(scalar.getValue(), kind(scalar.getTag()), where);
      default -> {
        problems.add(where + ": aliases are not supported");
        yield new Value("", Kind.NOTHING, where);
      }
    };
  }

  private static Kind kind(Tag tag) {
    if (tag.equals(Tag.INT)) return Kind.INTEGER;
    if (tag.equals(Tag.FLOAT)) return Kind.DECIMAL;
    if (tag.equals(Tag.BOOL)) return Kind.TRUTH;
    if (tag.equals(Tag.NULL)) return Kind.NOTHING;
    return Kind.TEXT;
  }

  private static String place(Optional<Mark> mark, String label, @Nullable String linePrefix) {
    if (linePrefix == null || mark.isEmpty()) return label;
    return linePrefix + (mark.get().getLine() + 1);
  }
}

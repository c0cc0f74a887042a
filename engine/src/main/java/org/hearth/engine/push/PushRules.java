package org.hearth.engine.push;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.hearth.engine.userdata.AccountData;
import org.hearth.schemas.error.ErrorCode;
import org.hearth.schemas.error.Outcome;
import org.hearth.schemas.error.Refusal;
import org.hearth.schemas.id.RoomId;
import org.hearth.schemas.id.UserId;
import org.hearth.schemas.json.Json;
import org.jspecify.annotations.Nullable;

/// A user's [push rules](https://spec.matrix.org/v1.19/client-server-api/#push-rules): the
/// predefined ones, which can be turned off and given other actions, and rules of their own before
/// them. Kept whole as the account data `m.push_rules`.
public final class PushRules {
  /// The kinds, most important first.
  public static final List<String> KINDS =
      List.of("override", "content", "room", "sender", "underride");

  private static final int MAX_RULES = 1000;
  private static final int MAX_RULE_BYTES = 16 * 1024;
  private static final int MAX_ID = 255;
  private static final Set<String> CONDITIONAL = Set.of("override", "underride");

  private final AccountData accountData;

  public PushRules(AccountData accountData) {
    this.accountData = accountData;
  }

  /// All rules: `{"global": {"override": [...], ...}}`. Predefined rules that came with a newer
  /// version of this program are among them.
  public ObjectNode of(UserId userId) {
    return accountData
        .get(userId, null, AccountData.PUSH_RULES)
        .map(stored -> PredefinedRules.completed(stored, PredefinedRules.of(userId)))
        .orElseGet(() -> PredefinedRules.of(userId));
  }

  /// One rule. `M_NOT_FOUND` if there is none.
  public Outcome<ObjectNode> find(UserId userId, String kind, String ruleId) {
    ArrayNode rules = rules(of(userId), kind);
    int at = indexOf(rules, ruleId);
    return at < 0 ? noSuchRule() : Outcome.done((ObjectNode) rules.get(at));
  }

  /// Adds or changes a rule of the user's own.
  ///
  /// @param request `actions`, and `conditions` or `pattern` as the kind has them
  /// @param before the rule of the same kind to stand right before; null for none
  /// @param after the rule of the same kind to stand right after; null for none
  public Outcome<ObjectNode> set(
      UserId userId,
      String kind,
      String ruleId,
      ObjectNode request,
      @Nullable String before,
      @Nullable String after) {
    Optional<Refusal> problem = problem(kind, ruleId, request);
    if (problem.isPresent()) {
      return Outcome.refused(problem.get());
    }
    return change(
        userId,
        all -> {
          ArrayNode rules = rules(all, kind);
          int old = indexOf(rules, ruleId);
          JsonNode enabled = old < 0 ? null : rules.get(old).get("enabled");
          if (old >= 0) {
            rules.remove(old);
          }
          int at = place(rules, before, after, Math.max(old, 0));
          if (at < 0) {
            return Optional.of(new Refusal(ErrorCode.M_UNKNOWN, "before/after rule not found"));
          }
          if (rules.size() >= MAX_RULES) {
            return Optional.of(new Refusal(ErrorCode.M_INVALID_PARAM, "Too many rules"));
          }
          ObjectNode rule = rule(kind, ruleId, request);
          if (enabled != null) {
            rule.set("enabled", enabled);
          }
          rules.insert(at, rule);
          return Optional.empty();
        });
  }

  /// Removes a rule of the user's own. `M_NOT_FOUND` if there is none, `M_INVALID_PARAM` for a
  /// predefined one.
  public Outcome<ObjectNode> remove(UserId userId, String kind, String ruleId) {
    if (ruleId.startsWith(".")) {
      return Outcome.refused(
          ErrorCode.M_INVALID_PARAM, "Predefined rules can be turned off, not removed");
    }
    return existing(userId, kind, ruleId, ArrayNode::remove);
  }

  /// Turns a rule on or off. `M_NOT_FOUND` if there is none.
  public Outcome<ObjectNode> enable(UserId userId, String kind, String ruleId, boolean enabled) {
    return edit(userId, kind, ruleId, rule -> rule.put("enabled", enabled));
  }

  /// Gives a rule other actions. `M_NOT_FOUND` if there is none, `M_INVALID_PARAM` if they are
  /// none.
  public Outcome<ObjectNode> setActions(
      UserId userId, String kind, String ruleId, JsonNode actions) {
    Optional<Refusal> problem = actionsProblem(actions);
    return problem.isPresent()
        ? Outcome.refused(problem.get())
        : edit(userId, kind, ruleId, rule -> rule.set("actions", actions));
  }

  /// Copies what a user set for one room to another that takes its place; what they set for that
  /// one already stays.
  public void carryOver(UserId userId, RoomId from, RoomId to) {
    if (accountData.get(userId, null, AccountData.PUSH_RULES).isEmpty()) return;
    var unused =
        change(
            userId,
            all -> {
              for (var kind : List.of("override", "room", "underride")) {
                ArrayNode rules = rules(all, kind);
                for (JsonNode rule : List.copyOf(rules.valueStream().toList())) {
                  if (isAbout(kind, rule, from) && indexOf(rules, to.value()) < 0)
                    rules.insert(indexOf(rules, ruleId(rule)), about(to, (ObjectNode) rule));
                }
              }
              return Optional.empty();
            });
  }

  private static String ruleId(JsonNode rule) {
    return rule.path("rule_id").asText();
  }

  private static boolean isAbout(String kind, JsonNode rule, RoomId roomId) {
    if (kind.equals("room")) return ruleId(rule).equals(roomId.value());
    for (JsonNode condition : rule.path("conditions"))
      if (isRoom(condition) && condition.path("pattern").asText().equals(roomId.value()))
        return true;
    return false;
  }

  private static boolean isRoom(JsonNode condition) {
    return condition.path("kind").asText().equals("event_match")
        && condition.path("key").asText().equals("room_id");
  }

  private static ObjectNode about(RoomId roomId, ObjectNode rule) {
    ObjectNode copy = rule.deepCopy().put("rule_id", roomId.value());
    for (JsonNode condition : copy.path("conditions"))
      if (isRoom(condition)) ((ObjectNode) condition).put("pattern", roomId.value());
    return copy;
  }

  private interface Edit {
    /// Changes the rules, or says why not.
    Optional<Refusal> apply(ObjectNode all);
  }

  private interface RuleEdit {
    Object apply(ObjectNode rule);
  }

  private Outcome<ObjectNode> edit(UserId userId, String kind, String ruleId, RuleEdit edit) {
    return existing(userId, kind, ruleId, (rules, at) -> edit.apply((ObjectNode) rules.get(at)));
  }

  private interface PlaceEdit {
    Object apply(ArrayNode rules, int at);
  }

  private Outcome<ObjectNode> existing(UserId userId, String kind, String ruleId, PlaceEdit edit) {
    return change(
        userId,
        all -> {
          ArrayNode rules = rules(all, kind);
          int at = indexOf(rules, ruleId);
          if (at < 0) {
            return Optional.of(new Refusal(ErrorCode.M_NOT_FOUND, "No such push rule"));
          }
          edit.apply(rules, at);
          return Optional.empty();
        });
  }

  private Outcome<ObjectNode> change(UserId userId, Edit edit) {
    var refused = new AtomicReference<@Nullable Refusal>();
    ObjectNode after =
        accountData.update(
            userId,
            null,
            AccountData.PUSH_RULES,
            stored -> {
              ObjectNode all = PredefinedRules.completed(stored, PredefinedRules.of(userId));
              Optional<Refusal> refusal = edit.apply(all);
              refused.set(refusal.orElse(null));
              return refusal.isPresent() ? stored : all;
            });
    Refusal refusal = refused.get();
    return refusal == null ? Outcome.done(after) : Outcome.refused(refusal);
  }

  private static ArrayNode rules(ObjectNode all, String kind) {
    return all.path("global").path(kind) instanceof ArrayNode rules ? rules : Json.array();
  }

  private static int indexOf(ArrayNode rules, String ruleId) {
    for (int i = 0; i < rules.size(); i++) {
      if (rules.get(i).path("rule_id").asText().equals(ruleId)) {
        return i;
      }
    }
    return -1;
  }

  /// Where a rule goes; -1 if it shall stand beside one that is not there, or is predefined.
  private static int place(
      ArrayNode rules, @Nullable String before, @Nullable String after, int otherwise) {
    String beside = before != null ? before : after;
    if (beside == null) {
      return Math.min(otherwise, rules.size());
    }
    int at = beside.startsWith(".") ? -1 : indexOf(rules, beside);
    return at < 0 ? -1 : before != null ? at : at + 1;
  }

  private static ObjectNode rule(String kind, String ruleId, ObjectNode request) {
    ObjectNode rule = Json.object();
    rule.put("rule_id", ruleId);
    rule.put("default", false);
    rule.put("enabled", true);
    if (CONDITIONAL.contains(kind)) {
      JsonNode conditions = request.path("conditions");
      rule.set("conditions", conditions.isArray() ? conditions : Json.array());
    }
    if (kind.equals("content")) {
      rule.set("pattern", request.get("pattern"));
    }
    rule.set("actions", request.get("actions"));
    return rule;
  }

  private static Optional<Refusal> problem(String kind, String ruleId, ObjectNode request) {
    if (!KINDS.contains(kind)) {
      return wrong("Unknown kind of push rule");
    }
    if (ruleId.startsWith(".")) {
      return wrong("Rule IDs that start with a dot are reserved");
    }
    if (ruleId.isEmpty()
        || ruleId.length() > MAX_ID
        || ruleId.contains("/")
        || ruleId.contains("\\")) {
      return wrong("Not a usable rule ID");
    }
    if (!request.has("actions")) {
      return Optional.of(new Refusal(ErrorCode.M_MISSING_PARAM, "Missing parameter: actions"));
    }
    if (kind.equals("content") && !request.path("pattern").isTextual()) {
      return Optional.of(new Refusal(ErrorCode.M_MISSING_PARAM, "Missing parameter: pattern"));
    }
    JsonNode conditions = request.path("conditions");
    if (CONDITIONAL.contains(kind) && !conditions.isMissingNode()) {
      if (!conditions.isArray()) {
        return wrong("conditions must be a list");
      }
      for (JsonNode condition : conditions) {
        if (!condition.path("kind").isTextual()) {
          return wrong("Each condition must be an object with a kind");
        }
      }
    }
    if (Json.write(request).length > MAX_RULE_BYTES) {
      return wrong("A push rule may have 16 kB");
    }
    return actionsProblem(request.get("actions"));
  }

  /// Unknown actions are kept: "clients ... MUST ignore" what they do not know.
  private static Optional<Refusal> actionsProblem(JsonNode actions) {
    if (!actions.isArray()) {
      return wrong("actions must be a list");
    }
    for (JsonNode action : actions) {
      if (!action.isTextual() && !action.path("set_tweak").isTextual()) {
        return wrong("Each action must be a string or a tweak");
      }
    }
    return Optional.empty();
  }

  private static Optional<Refusal> wrong(String message) {
    return Optional.of(new Refusal(ErrorCode.M_INVALID_PARAM, message));
  }

  private static <T> Outcome<T> noSuchRule() {
    return Outcome.notFound("No such push rule");
  }
}

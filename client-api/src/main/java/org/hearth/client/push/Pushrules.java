package org.hearth.client.push;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import org.hearth.client.http.Auth;
import org.hearth.client.http.Caller;
import org.hearth.client.http.Path;
import org.hearth.client.http.RateClass;
import org.hearth.client.http.Reply;
import org.hearth.client.http.Routes;
import org.hearth.engine.push.PushRules;
import org.hearth.schemas.error.Outcome;

/// Specification file `pushrules.yaml`; methods are its operationIds.
final class Pushrules {
  private final PushRules rules;

  Pushrules(PushRules rules) {
    this.rules = rules;
  }

  void mount(Routes routes) {
    // Clients ask with and without the slash at the end.
    routes.get("/v3/pushrules", Auth.ACCESS_TOKEN, this::getPushRules);
    routes.get("/v3/pushrules/", Auth.ACCESS_TOKEN, this::getPushRules);
    routes.get("/v3/pushrules/global", Auth.ACCESS_TOKEN, this::getPushRulesGlobal);
    routes.get("/v3/pushrules/global/", Auth.ACCESS_TOKEN, this::getPushRulesGlobal);
    String rule = "/v3/pushrules/global/:kind/:ruleId";
    routes.get(rule, Auth.ACCESS_TOKEN, this::getPushRule);
    routes.delete(rule, Auth.ACCESS_TOKEN, this::deletePushRule);
    routes
        .limited(RateClass.GENERAL)
        .put(rule, Auth.ACCESS_TOKEN, ObjectNode.class, this::setPushRule);
    routes.get(rule + "/enabled", Auth.ACCESS_TOKEN, this::isPushRuleEnabled);
    routes.put(
        rule + "/enabled", Auth.ACCESS_TOKEN, EnabledRequest.class, this::setPushRuleEnabled);
    routes.get(rule + "/actions", Auth.ACCESS_TOKEN, this::getPushRuleActions);
    routes.put(
        rule + "/actions", Auth.ACCESS_TOKEN, ActionsRequest.class, this::setPushRuleActions);
  }

  /// Body of setPushRuleEnabled.
  record EnabledRequest(Boolean enabled) {}

  /// Body of setPushRuleActions.
  record ActionsRequest(JsonNode actions) {}

  Reply getPushRules(Caller caller, Path path) {
    return Reply.ok(rules.of(caller.userId()));
  }

  Reply getPushRulesGlobal(Caller caller, Path path) {
    return Reply.ok(rules.of(caller.userId()).path("global"));
  }

  Reply getPushRule(Caller caller, Path path) {
    return Reply.of(find(caller, path), rule -> rule);
  }

  Reply deletePushRule(Caller caller, Path path) {
    return Reply.emptyOr(rules.remove(caller.userId(), path.get("kind"), path.get("ruleId")));
  }

  Reply setPushRule(Caller caller, Path path, ObjectNode body) {
    return Reply.emptyOr(
        rules.set(
            caller.userId(),
            path.get("kind"),
            path.get("ruleId"),
            body,
            path.query().first("before").orElse(null),
            path.query().first("after").orElse(null)));
  }

  Reply isPushRuleEnabled(Caller caller, Path path) {
    return Reply.of(find(caller, path), rule -> Map.of("enabled", rule.path("enabled")));
  }

  Reply setPushRuleEnabled(Caller caller, Path path, EnabledRequest body) {
    return Reply.emptyOr(
        rules.enable(caller.userId(), path.get("kind"), path.get("ruleId"), body.enabled()));
  }

  Reply getPushRuleActions(Caller caller, Path path) {
    return Reply.of(find(caller, path), rule -> Map.of("actions", rule.path("actions")));
  }

  Reply setPushRuleActions(Caller caller, Path path, ActionsRequest body) {
    return Reply.emptyOr(
        rules.setActions(caller.userId(), path.get("kind"), path.get("ruleId"), body.actions()));
  }

  private Outcome<ObjectNode> find(Caller caller, Path path) {
    return rules.find(caller.userId(), path.get("kind"), path.get("ruleId"));
  }
}

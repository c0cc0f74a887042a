package org.hearth.engine.membership;

import java.util.Optional;
import org.hearth.engine.userdata.AccountData;
import org.hearth.schemas.error.ErrorCode;
import org.hearth.schemas.error.Refusal;
import org.hearth.schemas.id.UserId;

/// What local users chose by the account data `m.invite_permission_config`: with
/// `{"default_action": "block"}` nobody may invite them.
public final class InviteChoices implements InvitePermissions {
  private static final String TYPE = "m.invite_permission_config";

  private final AccountData accountData;

  public InviteChoices(AccountData accountData) {
    this.accountData = accountData;
  }

  @Override
  public Optional<Refusal> check(UserId invited, UserId inviter) {
    return accountData
        .get(invited, null, TYPE)
        .filter(choice -> choice.path("default_action").asText("").equals("block"))
        .map(choice -> new Refusal(ErrorCode.M_INVITE_BLOCKED, invited + " takes no invites"));
  }
}

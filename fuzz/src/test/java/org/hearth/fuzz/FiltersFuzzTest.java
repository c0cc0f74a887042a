package org.hearth.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.hearth.engine.filter.Filter;
import org.hearth.engine.userdata.Filters;
import org.hearth.schemas.event.Event;
import org.hearth.schemas.json.Json;
import org.hearth.schemas.json.MalformedJson;
import org.hearth.schemas.room.RoomVersion;

class FiltersFuzzTest {
  /// A filter that is found good can be read, and says of every event whether it is wanted.
  @FuzzTest(maxDuration = "2m")
  void aFilterIsRefusedOrWorks(byte[] data) throws MalformedJson {
    ObjectNode json = Strange.object(data, 0);
    if (json == null || Filters.problem(json).isPresent()) return;
    Filter filter = Json.bind(json, Filter.class);
    Event event = Strange.create(RoomVersion.V11);
    for (var part : List.of(filter.room().timeline(), filter.room().state())) {
      part.accepts(event);
      part.acceptsType("m.room.message");
      assertThat(part.limitOr(10)).isNotNegative();
    }
    filter.presence().accepts("m.presence", Strange.ALICE.value());
    filter.accountData().accepts("m.direct", null);
    filter.room().acceptsRoom(event.roomId().value());
    filter.federationFormat();
  }
}

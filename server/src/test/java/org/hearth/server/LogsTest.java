package org.hearth.server;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LogsTest {
  private final LoggerContext context = new LoggerContext();

  /// The grammar of room ids forbids no line break, and a report of any room is logged.
  @Test
  void whatSomebodyNamedMakesNoLineOfItsOwn() {
    String line =
        written("{} reported the room {}", "@eve:a.example", "!a\r\nforged\u2028\u001b[2J:x");

    assertThat(line).endsWith("@eve:a.example reported the room !a??forged??[2J:x\n");
    assertThat(line.lines()).hasSize(1);
  }

  @Test
  void otherLettersStay() {
    assertThat(written("{}", "@zoë:a.example 日本")).endsWith("@zoë:a.example 日本\n");
  }

  private String written(String message, Object... arguments) {
    var event =
        new LoggingEvent(
            "", context.getLogger("org.hearth.reports"), Level.WARN, message, null, arguments);
    event.setMDCPropertyMap(Map.of());
    return new String(Logs.text(context).encode(event), StandardCharsets.UTF_8);
  }
}

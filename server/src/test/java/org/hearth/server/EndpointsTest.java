package org.hearth.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// `docs/endpoints.md` lists the specification's endpoints, and says of each whether it is built.
class EndpointsTest {
  private static final Path TABLE = Path.of("..", "docs", "endpoints.md");
  private static final Pattern ROW =
      Pattern.compile(
          "\\| (\\S+) \\| ([A-Z]+) \\| `(/\\S+)` \\| (\\S+)( \\(deprecated\\))? \\| (\\S+) \\|");

  /// @param built as the table says: `yes` or `no`
  /// @param endpoint method and path
  private record Row(String built, String endpoint, String operation) {}

  private static List<Row> rows() throws IOException {
    var rows = new ArrayList<Row>();
    for (String line : Files.readAllLines(TABLE)) {
      if (!line.startsWith("| ") || line.startsWith("| built ")) continue;
      var row = ROW.matcher(line);
      assertThat(row.matches()).as("a row of the table: %s", line).isTrue();
      rows.add(new Row(row.group(1), row.group(2) + " " + row.group(3), row.group(4)));
    }
    return rows;
  }

  /// What a parameter is called makes no difference.
  private static String form(String endpoint) {
    return endpoint.replaceAll(":\\w+", ":");
  }

  @Test
  void theTableSaysWhatIsMounted() throws IOException {
    var mounted = new TreeSet<String>();
    TestServer.shared().hearth().routes().stream()
        .filter(route -> !route.contains(" /_hearth/"))
        .map(EndpointsTest::form)
        .forEach(mounted::add);
    var built = new TreeSet<String>();
    for (var row : rows()) if (row.built().equals("yes")) built.add(form(row.endpoint()));
    assertThat(mounted)
        .as("mounted, and in docs/endpoints.md with a yes")
        .containsExactlyElementsOf(built);
  }

  /// Two operations of the specification share one endpoint: inviting by user ID and by address.
  @Test
  void everyOperationHasOneRow() throws IOException {
    assertThat(rows())
        .extracting(row -> form(row.endpoint()) + " " + row.operation())
        .doesNotHaveDuplicates();
    assertThat(rows()).extracting(Row::built).isSubsetOf("yes", "no");
  }

  /// The specification of version 1.19 has so many.
  @Test
  void noEndpointOfTheSpecificationIsLeftOut() throws IOException {
    assertThat(rows().stream().filter(row -> !row.operation().equals("-"))).hasSize(202);
  }
}

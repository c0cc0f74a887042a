package org.hearth.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/// The style rules that a machine can hold, over the source files of all modules.
class TidyTest {
  private static final int MOST_LINES_OF_A_FILE = 400;
  private static final int MOST_LINES_OF_A_METHOD = 70;
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  @Test
  void filesHaveOneSubject() {
    assertThat(mainSources().filter(file -> lines(file).size() > MOST_LINES_OF_A_FILE))
        .as("files of more than %d lines", MOST_LINES_OF_A_FILE)
        .isEmpty();
  }

  /// Tests may hold long tables of cases.
  @Test
  void methodsFitAScreen() throws IOException {
    assertThat(longMethods()).isEmpty();
  }

  @Test
  void nothingIsLeftForLater() {
    Pattern later = Pattern.compile("\\b(TO" + "DO|FIX" + "ME|X" + "XX)\\b");
    assertThat(sources().filter(file -> lines(file).stream().anyMatch(later.asPredicate())))
        .isEmpty();
  }

  /// Such a name says nothing about what the class is for.
  @Test
  void namesSayWhatAClassIs() {
    Pattern empty = Pattern.compile(".*(Manager|Utils?|Helper|Impl)\\.java");
    assertThat(sources().filter(file -> empty.matcher(file.getFileName().toString()).matches()))
        .isEmpty();
  }

  @Test
  void everyPackageIsNullMarked() {
    assertThat(
            mainSources()
                .map(file -> file.resolveSibling("package-info.java"))
                .distinct()
                .filter(info -> !Files.exists(info) || !lines(info).contains("@NullMarked")))
        .isEmpty();
  }

  private static List<String> longMethods() throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (var files = compiler.getStandardFileManager(null, null, null)) {
      var task =
          (JavacTask)
              compiler.getTask(
                  null,
                  files,
                  null,
                  null,
                  null,
                  files.getJavaFileObjectsFromPaths(mainSources().toList()));
      SourcePositions positions = Trees.instance(task).getSourcePositions();
      var found = new ArrayList<String>();
      for (CompilationUnitTree unit : task.parse()) {
        new LongMethods(unit, positions, found).scan(unit, null);
      }
      return found;
    }
  }

  private static final class LongMethods extends TreeScanner<Void, Void> {
    private final CompilationUnitTree unit;
    private final SourcePositions positions;
    private final List<String> found;

    LongMethods(CompilationUnitTree unit, SourcePositions positions, List<String> found) {
      this.unit = unit;
      this.positions = positions;
      this.found = found;
    }

    @Override
    public Void visitMethod(MethodTree method, Void nothing) {
      LineMap lines = unit.getLineMap();
      long start = positions.getStartPosition(unit, method);
      long end = positions.getEndPosition(unit, method);
      if (start >= 0 && end >= 0) {
        long length = lines.getLineNumber(end) - lines.getLineNumber(start) + 1;
        if (length > MOST_LINES_OF_A_METHOD) {
          Path file = ROOT.relativize(Path.of(unit.getSourceFile().toUri()));
          found.add("%s: %s has %d lines".formatted(file, method.getName(), length));
        }
      }
      return super.visitMethod(method, nothing);
    }
  }

  private static Stream<Path> mainSources() {
    return sources("main");
  }

  private static Stream<Path> sources() {
    return Stream.concat(sources("main"), sources("test"));
  }

  private static Stream<Path> sources(String kind) {
    try (Stream<Path> modules = Files.list(ROOT)) {
      var found = new ArrayList<Path>();
      for (Path module : modules.toList()) {
        Path sources = module.resolve("src").resolve(kind).resolve("java");
        if (!Files.isDirectory(sources)) continue;
        try (Stream<Path> files = Files.walk(sources)) {
          files.filter(file -> file.toString().endsWith(".java")).forEach(found::add);
        }
      }
      return found.stream().sorted();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

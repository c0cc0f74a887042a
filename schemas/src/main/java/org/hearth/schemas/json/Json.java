package org.hearth.schemas.json;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteConstraints;
import com.fasterxml.jackson.core.TokenStreamFactory;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.type.LogicalType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;

/// The one way in which Hearth reads and writes JSON.
///
/// Reading refuses what other servers may read differently or what only serves an attack: duplicate
/// keys, nesting deeper than `MAX_DEPTH`, unpaired surrogates, numbers beyond binary64, text after
/// the end. Values are never coerced (`"1"` is no number, `1` is no string); unknown keys are
/// ignored; absent and null record components are not written.
public final class Json {
  /// Nesting of arrays and objects. Far below what could exhaust a stack, and above what other
  /// servers take (128 for those that use serde): an event that they accept and we refuse would
  /// split a room.
  public static final int MAX_DEPTH = 500;

  private static final int MAX_STRING_LENGTH = 16 << 20;

  /// What Python reads, and with it most servers; old room versions take integers of any size.
  private static final int MAX_NUMBER_LENGTH = 4_300;

  private static final int MAX_NAME_LENGTH = 1 << 16;

  /// How many sets of buffers wait for the next one who reads or writes. Jackson's own way, buffers
  /// of each thread, makes new ones for each request, since each has a thread of its own.
  private static final int BUFFERS = 64;

  private static final ObjectMapper MAPPER = mapper();

  private Json() {}

  /// Shared and configured; do not reconfigure it. Prefer the methods below, which answer with
  /// `MalformedJson`.
  public static ObjectMapper mapperForRecords() {
    return MAPPER;
  }

  public static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  public static ArrayNode array() {
    return JsonNodeFactory.instance.arrayNode();
  }

  public static JsonNode parse(byte[] bytes) throws MalformedJson {
    return parse(bytes, MAX_DEPTH);
  }

  /// @param maxDepth a bound on nesting that is lower than `MAX_DEPTH`, for what will be wrapped
  ///   into something else before it is read again
  public static JsonNode parse(byte[] bytes, int maxDepth) throws MalformedJson {
    if (!Utf8.isWellFormed(bytes)) throw new MalformedJson("Not valid UTF-8", false);
    try (JsonParser parser = MAPPER.createParser(bytes)) {
      return new TreeReader(parser, maxDepth).readDocument();
    } catch (TreeReader.TooDeep e) {
      throw new MalformedJson("Nested deeper than " + maxDepth + " levels", true);
    } catch (JsonProcessingException e) {
      throw new MalformedJson(described(e), false);
    } catch (IOException e) {
      // For UTF-16 and UTF-32, which the parser detects.
      throw new MalformedJson("Not valid UTF-8", false);
    }
  }

  public static ObjectNode parseObject(byte[] bytes) throws MalformedJson {
    if (parse(bytes) instanceof ObjectNode object) return object;
    throw new MalformedJson("The JSON must be an object", true);
  }

  /// Reads a record (or anything else that Jackson can bind).
  public static <T> T read(byte[] bytes, Class<T> type) throws MalformedJson {
    return bind(parse(bytes), type);
  }

  public static <T> T bind(JsonNode tree, Class<T> type) throws MalformedJson {
    try {
      return MAPPER.treeToValue(tree, type);
    } catch (JsonProcessingException e) {
      throw new MalformedJson(described(e), true);
    }
  }

  /// A tree or a record as compact UTF-8; the keys keep their order.
  public static byte[] write(Object value) {
    try {
      return MAPPER.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static JsonNode toTree(Object value) {
    return MAPPER.valueToTree(value);
  }

  private static String described(JsonProcessingException e) {
    if (e instanceof JsonMappingException bind && !bind.getPath().isEmpty()) {
      String path = bind.getPathReference().replaceAll("[^\\[]*\\[", "[");
      return "Wrong or missing value at " + path.substring(0, Math.min(path.length(), 200));
    }
    JsonLocation at = e.getLocation();
    if (at == null) return "Not the expected JSON";
    return String.format(
        Locale.ROOT, "Not acceptable JSON at line %d, column %d", at.getLineNr(), at.getColumnNr());
  }

  private static ObjectMapper mapper() {
    TokenStreamFactory factory =
        JsonFactory.builder()
            .recyclerPool(JsonRecyclerPools.newBoundedPool(BUFFERS))
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .streamReadConstraints(
                StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxStringLength(MAX_STRING_LENGTH)
                    .maxNumberLength(MAX_NUMBER_LENGTH)
                    .maxNameLength(MAX_NAME_LENGTH)
                    .build())
            .streamWriteConstraints(
                StreamWriteConstraints.builder().maxNestingDepth(MAX_DEPTH + 100).build())
            .build();
    return JsonMapper.builder((JsonFactory) factory)
        .nodeFactory(JsonNodeFactory.withExactBigDecimals(true))
        .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
        .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
        .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
        .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
        .withCoercionConfig(
            LogicalType.Textual,
            text ->
                text.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                    .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                    .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
        .defaultPropertyInclusion(
            JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
        .build();
  }
}

package org.hearth.client.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import org.hearth.schemas.json.Json;
import org.hearth.schemas.json.MalformedJson;
import org.jspecify.annotations.Nullable;

/// Binds a JSON body to the type that its route declares.
final class RequestBodies {
  /// How deep a body may be nested. What clients send is wrapped into events and transactions, and
  /// some servers read no more than 128 levels: one event that they cannot read would hold up
  /// everything behind it.
  private static final int MAX_DEPTH = 100;

  private static final ClassValue<List<RecordComponent>> COMPONENTS =
      new ClassValue<>() {
        @Override
        protected List<RecordComponent> computeValue(Class<?> type) {
          var reference = new ArrayList<RecordComponent>();
          for (RecordComponent component : type.getRecordComponents()) {
            if (!component.getType().isPrimitive()) {
              component.getAccessor().setAccessible(true);
              reference.add(component);
            }
          }
          return List.copyOf(reference);
        }
      };

  private RequestBodies() {}

  /// Reads `bytes` as `type`: 400 `M_NOT_JSON` if it is no JSON, `M_BAD_JSON` for wrong types,
  /// `M_MISSING_PARAM` where a required key is absent or null.
  static Object bind(byte[] bytes, Body.Json body) {
    try {
      JsonNode tree =
          bytes.length == 0 && body.emptyAllowed() ? Json.object() : Json.parse(bytes, MAX_DEPTH);
      if (body.type().isInstance(tree)) {
        return tree;
      }
      if (!tree.isObject()) {
        throw RequestError.badJson("The body must be a JSON object");
      }
      Object bound = Json.bind(tree, body.type());
      requireAll(bound);
      return bound;
    } catch (MalformedJson e) {
      String errcode = e.isJson() ? "M_BAD_JSON" : "M_NOT_JSON";
      throw RequestError.of(400, errcode, String.valueOf(e.getMessage()));
    }
  }

  /// A component without `@Nullable` must be there, also in nested records.
  private static void requireAll(Object value) {
    if (value instanceof List<?> list) {
      list.forEach(RequestBodies::requireElement);
    }
    if (!(value instanceof Record)) {
      return;
    }
    for (RecordComponent component : COMPONENTS.get(value.getClass())) {
      Object held = held(component, value);
      if (held != null) {
        requireAll(held);
      } else if (!isNullable(component)) {
        throw RequestError.missingParam(wireName(component));
      }
    }
  }

  private static void requireElement(@Nullable Object element) {
    if (element == null) {
      throw RequestError.badJson("A list in the body holds null");
    }
    requireAll(element);
  }

  private static boolean isNullable(RecordComponent component) {
    AnnotatedElement type = component.getAnnotatedType();
    return type.isAnnotationPresent(Nullable.class);
  }

  private static String wireName(RecordComponent component) {
    var renamed =
        component.getAccessor().getAnnotation(com.fasterxml.jackson.annotation.JsonProperty.class);
    return renamed == null || renamed.value().isEmpty() ? component.getName() : renamed.value();
  }

  private static @Nullable Object held(RecordComponent component, Object record) {
    try {
      return component.getAccessor().invoke(record);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    } catch (InvocationTargetException e) {
      throw new IllegalStateException(e.getCause());
    }
  }
}

package org.hearth.server.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.startsWith;

import io.restassured.response.ValidatableResponse;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.hearth.server.TestServer;
import org.hearth.server.TestServer.User;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class MediaTest {
  private static final TestServer HEARTH = TestServer.start("media.max_upload_bytes=100000");
  private static final String UPLOAD = "/_matrix/media/v3/upload";
  private final User alice = HEARTH.register("media");
  private final User bob = HEARTH.register("media");

  @AfterAll
  static void stop() {
    HEARTH.close();
  }

  private static String upload(User user, String type, String name, byte[] bytes) {
    return user.api()
        .contentType(type)
        .body(bytes)
        .post(UPLOAD + "?filename=" + name)
        .then()
        .statusCode(200)
        .body("content_uri", startsWith("mxc://"))
        .extract()
        .path("content_uri");
  }

  private static String path(String uri) {
    return uri.substring("mxc://".length());
  }

  private static ValidatableResponse download(User user, String rest) {
    return user.api().get("/_matrix/client/v1/media/download/" + rest).then();
  }

  @Test
  void whatIsUploadedIsDownloadedWithItsNameAndNothingRuns() {
    byte[] bytes = {1, 2, 3, 0, -1};
    String uri = upload(alice, "application/octet-stream", "plan.bin", bytes);

    var answer =
        download(bob, path(uri))
            .statusCode(200)
            .header("Content-Type", startsWith("application/octet-stream"))
            .header("Content-Disposition", "attachment; filename=plan.bin")
            .header("Content-Security-Policy", startsWith("sandbox;"))
            .header("Cross-Origin-Resource-Policy", "cross-origin");
    assertThat(answer.extract().asByteArray()).isEqualTo(bytes);
    download(bob, path(uri) + "/other.bin")
        .header("Content-Disposition", "attachment; filename=other.bin");
  }

  /// "servers MUST NOT serve newer media over unauthenticated endpoints".
  @Test
  void nothingIsServedWithoutAToken() {
    String uri = upload(alice, "text/plain", "a.txt", new byte[] {65});
    HEARTH
        .api()
        .get("/_matrix/client/v1/media/download/" + path(uri))
        .then()
        .statusCode(401)
        .body("errcode", equalTo("M_MISSING_TOKEN"));
    HEARTH
        .api()
        .get("/_matrix/media/v3/download/" + path(uri))
        .then()
        .statusCode(404)
        .body("errcode", equalTo("M_NOT_FOUND"));
    HEARTH.api().body(new byte[] {1}).post(UPLOAD).then().statusCode(401);
  }

  @Test
  void moreThanTheServerTakesIsRefused() {
    alice
        .api()
        .get("/_matrix/client/v1/media/config")
        .then()
        .statusCode(200)
        .body("'m.upload.size'", equalTo(100_000));
    alice
        .api()
        .contentType("application/octet-stream")
        .body(new byte[100_001])
        .post(UPLOAD)
        .then()
        .statusCode(413)
        .body("errcode", equalTo("M_TOO_LARGE"));
  }

  @Test
  void aReservedUploadIsFilledOnceByWhoReservedIt() throws Exception {
    String uri =
        alice
            .api()
            .post("/_matrix/media/v1/create")
            .then()
            .statusCode(200)
            .body("unused_expires_at", greaterThan(0L))
            .extract()
            .path("content_uri");
    download(bob, path(uri) + "?timeout_ms=1")
        .statusCode(504)
        .body("errcode", equalTo("M_NOT_YET_UPLOADED"));
    put(bob, uri).statusCode(403).body("errcode", equalTo("M_FORBIDDEN"));

    var waiting =
        CompletableFuture.supplyAsync(() -> download(bob, path(uri) + "?timeout_ms=20000"));
    put(alice, uri).statusCode(200);
    waiting.get(20, TimeUnit.SECONDS).statusCode(200);

    put(alice, uri).statusCode(409).body("errcode", equalTo("M_CANNOT_OVERWRITE_MEDIA"));
  }

  private static ValidatableResponse put(User user, String uri) {
    return user.api()
        .contentType("text/plain")
        .body(new byte[] {72, 105})
        .put(UPLOAD + "/" + path(uri))
        .then();
  }

  @Test
  void anImageHasThumbnailsAndOtherFilesHaveNone() throws IOException {
    var image = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(400, 200, BufferedImage.TYPE_INT_RGB), "png", image);
    String uri = upload(alice, "image/png", "wide.png", image.toByteArray());

    byte[] small =
        thumbnail(path(uri), "width=50&height=50&method=crop")
            .statusCode(200)
            .header("Content-Type", "image/png")
            .extract()
            .asByteArray();
    var cropped = ImageIO.read(new ByteArrayInputStream(small));
    assertThat(cropped.getWidth()).isEqualTo(96);
    assertThat(cropped.getHeight()).isEqualTo(96);

    String text = upload(alice, "text/plain", "a.txt", new byte[] {65});
    thumbnail(path(text), "width=50&height=50")
        .statusCode(400)
        .body("errcode", equalTo("M_UNKNOWN"));
    thumbnail(path(uri), "width=0&height=50")
        .statusCode(400)
        .body("errcode", equalTo("M_INVALID_PARAM"));
    thumbnail(path(uri), "height=50").statusCode(400).body("errcode", equalTo("M_MISSING_PARAM"));
  }

  private ValidatableResponse thumbnail(String path, String query) {
    return bob.api().get("/_matrix/client/v1/media/thumbnail/" + path + "?" + query).then();
  }

  @Test
  void unknownMediaIsNotFound() {
    download(alice, HEARTH.serverName() + "/doesnotexist")
        .statusCode(404)
        .body("errcode", equalTo("M_NOT_FOUND"))
        .body("error", containsString("media"));
    download(alice, HEARTH.serverName() + "/not*valid").statusCode(400);
  }
}

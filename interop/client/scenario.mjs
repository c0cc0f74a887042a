// Two people on two homeservers, one encrypted conversation. Usage: node scenario.mjs RUN.json
// RUN.json: {"began": MS, "left": {"name", "url"}, "right": {...}, "secrets": FILE, "log": FILE, "messages": 50, "firstPage": 20}

import "./node20.mjs";
import { createWriteStream, readFileSync } from "node:fs";
import { decrypt, encrypt } from "./attachment.mjs";
import { Person } from "./person.mjs";
import { marker, save, secret } from "./secrets.mjs";
import { countFrom, eventually, same, say, step, StepFailed } from "./steps.mjs";

const run = JSON.parse(readFileSync(process.argv[2], "utf8"));
countFrom(run.began);
const log = createWriteStream(run.log);
const logger = sdkLogger("");

/** The SDK's own log, in a file of its own. */
function sdkLogger(name) {
  const write = (level) => (...parts) => log.write(`${new Date().toISOString()} ${level} ${name} ${parts.join(" ")}\n`);
  return {
    trace: () => {}, debug: write("debug"), info: write("info"), warn: write("warn"), error: write("error"),
    getChild: (child) => sdkLogger(`${name}${child}`),
  };
}
for (const method of ["log", "info", "warn", "error", "debug"]) {
  // The WebAssembly module writes to the console directly.
  const plain = console[method];
  console[method] = (...parts) => (method === "log" && /^\[ *\d/.test(String(parts[0])) ? plain(...parts) : sdkLogger("console")[method === "log" ? "info" : method](...parts));
}

let alice, bob, laptop, room;

async function play() {
  await step("register a user on each server, and start their clients", async () => {
    alice = await Person.register(run.left, `alice-${marker}`, logger);
    bob = await Person.register(run.right, `bob-${marker}`, logger);
    await alice.start();
    await bob.start();
    return `${alice.userId}, ${bob.userId}, ${alice.crypto.getVersion()}`;
  });

  for (const person of [alice, bob])
    await step(`cross-signing, secret storage and key backup of ${person.userId}`, async () => {
      await person.bootstrap();
      await eventually("cross-signing is ready", () => person.crypto.isCrossSigningReady());
      await eventually("secret storage is ready", () => person.crypto.isSecretStorageReady());
      await eventually("the backup is active", () => person.crypto.getActiveSessionBackupVersion());
      await person.noteKeys();
      return `backup version ${await person.crypto.getActiveSessionBackupVersion()}`;
    });

  await step("display names, which federate", async () => {
    await alice.client.setDisplayName(secret("display name", `Alice Appleseed ${marker}`));
    await bob.client.setDisplayName(secret("display name", `Bob Bramley ${marker}`));
    const profile = await alice.client.getProfileInfo(bob.userId);
    same("Bob's name, asked by Alice", `Bob Bramley ${marker}`, profile.displayname);
  });

  const name = secret("room name", `Allotment ${marker}`);
  const topic = secret("topic", `Who waters tomorrow? ${marker}`);
  await step("an encrypted room of version 12", async () => {
    const created = await alice.client.createRoom({
      preset: "private_chat", room_version: "12", name, topic,
      initial_state: [{ type: "m.room.encryption", state_key: "", content: { algorithm: "m.megolm.v1.aes-sha2" } }],
    });
    room = created.room_id;
    await eventually("Alice has the room", () => alice.room(room)?.hasEncryptionStateEvent());
    same("room version", "12", alice.room(room).getVersion());
    return room;
  });

  await step("an invite over federation, and its acceptance", async () => {
    await alice.client.invite(room, bob.userId);
    await eventually("Bob is invited", () => bob.room(room)?.getMyMembership() === "invite");
    same("the name in the invite", name, bob.room(room).name);
    await bob.client.joinRoom(room);
    await eventually("Bob has joined", () => bob.room(room)?.getMyMembership() === "join" && bob.room(room).hasEncryptionStateEvent());
    await eventually("Alice sees Bob", () => alice.room(room).getMember(bob.userId)?.membership === "join");
    same("Bob's view of the topic", topic, bob.room(room).currentState.getStateEvents("m.room.topic", "").getContent().topic);
    same("Alice's view of Bob's name", `Bob Bramley ${marker}`, alice.room(room).getMember(bob.userId).name);
  });

  await step("each sees the other's cross-signed device", async () => {
    for (const [one, other] of [[alice, bob], [bob, alice]])
      await eventually(`${one.userId} sees the signature`, async () => {
        await one.crypto.getUserDeviceInfo([other.userId], true);
        return (await one.crypto.getDeviceVerificationStatus(other.userId, other.deviceId))?.signedByOwner;
      });
  });

  const texts = (who) => Array.from({ length: run.messages }, (_, n) => secret("message", `${who} says ${marker} number ${n}: the runner beans are up`));
  const fromAlice = texts("Alice");
  const fromBob = texts("Bob");
  await step(`${run.messages} messages each way, at the same time`, async () => {
    const say = async (person, bodies) => {
      for (const body of bodies) await person.client.sendTextMessage(room, body);
    };
    const began = Date.now();
    await Promise.all([say(alice, fromAlice), say(bob, fromBob)]);
    const sent = Date.now() - began;
    const arrived = (reader, sender, bodies) =>
      eventually(`all of ${sender.userId} at ${reader.userId}`, () => {
        const got = reader.bodies(room, sender.userId);
        return got.length >= bodies.length || Promise.reject(new Error(`${got.length} of ${bodies.length}`));
      });
    await Promise.all([arrived(bob, alice, fromAlice), arrived(alice, bob, fromBob)]);
    same("what Bob reads of Alice, in order", fromAlice, bob.bodies(room, alice.userId));
    same("what Alice reads of Bob, in order", fromBob, alice.bodies(room, bob.userId));
    return `sent in ${sent} ms, all read ${Date.now() - began - sent} ms later`;
  });

  const content = Buffer.from(secret("file content", `Sowing plan ${marker}; row by row; `).repeat(4000));
  const fileName = secret("file name", `sowing-plan-${marker}.txt`);
  let attachment;
  await step("an encrypted attachment, fetched through the other server", async () => {
    const { ciphertext, file } = await encrypt(content);
    secret("file key", file.key.k);
    const { content_uri: url } = await alice.client.uploadContent(new Blob([ciphertext]), { type: "application/octet-stream", includeFilename: false });
    const sent = await alice.client.sendMessage(room, {
      msgtype: "m.file", body: fileName, filename: fileName, file: { ...file, url }, info: { size: content.length, mimetype: "text/plain" },
    });
    attachment = sent.event_id;
    await eventually("Bob reads the message", () => bob.find(room, attachment)?.getContent().msgtype === "m.file");
    const size = await fetchAttachment(bob, content);
    return `${size} bytes`;
  });

  await step("a picture that is not encrypted by its sender (an avatar), fetched through the other server", async () => {
    const picture = Buffer.from(secret("file content", `<svg><!-- Portrait of Alice ${marker} --></svg>`).repeat(500));
    const { content_uri: url } = await alice.client.uploadContent(new Blob([picture]), { type: "image/svg+xml", name: secret("file name", `portrait-${marker}.svg`) });
    await alice.client.setAvatarUrl(url);
    same("the avatar, asked by Bob", url, (await bob.client.getProfileInfo(alice.userId)).avatar_url);
    if (!picture.equals(await download(bob, url))) throw new Error("the content differs");
    return `${picture.length} bytes`;
  });

  const edited = secret("message", `The edited words ${marker}`);
  let corrected;
  await step("an edit", async () => {
    corrected = (await alice.client.sendTextMessage(room, secret("message", `Words with a mistkae ${marker}`))).event_id;
    await alice.client.sendMessage(room, {
      msgtype: "m.text", body: `* ${edited}`, "m.new_content": { msgtype: "m.text", body: edited },
      "m.relates_to": { rel_type: "m.replace", event_id: corrected },
    });
    await eventually("Bob sees the new words", () => bob.find(room, corrected)?.getContent().body === edited);
    await eventually("Alice sees the new words", () => alice.find(room, corrected)?.getContent().body === edited);
  });

  const reaction = secret("reaction", `splendid-${marker}`);
  await step("reactions both ways", async () => {
    const reactions = (reader) => reader.room(room).relations
      .getChildEventsForEvent(corrected, "m.annotation", "m.reaction")?.getRelations().map((event) => event.getSender()) ?? [];
    for (const person of [alice, bob])
      await person.client.sendEvent(room, "m.reaction", { "m.relates_to": { rel_type: "m.annotation", event_id: corrected, key: reaction } });
    for (const reader of [alice, bob])
      await eventually(`${reader.userId} sees both`, () => reactions(reader).length === 2);
  });

  await step("a redaction", async () => {
    const regretted = (await bob.client.sendTextMessage(room, secret("message", `Regretted words ${marker}`))).event_id;
    await eventually("Alice reads it", () => alice.find(room, regretted)?.getContent().body);
    await bob.client.redactEvent(room, regretted, undefined, { reason: secret("redaction reason", `Said too much ${marker}`) });
    await eventually("Alice sees it gone", () => alice.find(room, regretted).isRedacted());
    const remains = await alice.client.fetchRoomEvent(room, regretted);
    same("what remains on Alice's server", {}, remains.content);
  });

  await step("typing both ways", async () => {
    for (const [one, other] of [[alice, bob], [bob, alice]]) {
      await one.client.sendTyping(room, true, 20000);
      await eventually(`${other.userId} sees it`, () => other.room(room).getMember(one.userId).typing);
      await one.client.sendTyping(room, false, 0);
      await eventually(`${other.userId} sees the end`, () => !other.room(room).getMember(one.userId).typing);
    }
  });

  await step("receipts both ways", async () => {
    for (const [one, other] of [[alice, bob], [bob, alice]]) {
      const read = one.find(room, corrected);
      await one.client.sendReadReceipt(read);
      await eventually(`${other.userId} sees it`, () => other.room(room).getReadReceiptForUserId(one.userId, true)?.eventId === corrected);
    }
  });

  await step("the key backup holds every session", async () => {
    for (const person of [alice, bob]) {
      const sessions = (await person.crypto.exportRoomKeys()).length;
      await eventually(`${person.userId} has backed up`, async () => (await person.backupSize()) >= sessions);
      await person.noteKeys();
    }
  });

  await step("a second device of Alice verifies itself through secret storage", async () => {
    laptop = await alice.anotherDevice();
    await laptop.start(run.firstPage);
    await eventually("the laptop knows Alice's public keys", () => laptop.crypto.userHasCrossSigningKeys());
    await laptop.crypto.bootstrapCrossSigning({});
    const verified = async (viewer) => (await viewer.crypto.getDeviceVerificationStatus(alice.userId, laptop.deviceId))?.crossSigningVerified;
    await eventually("the laptop trusts itself", () => verified(laptop));
    await eventually("the telephone trusts the laptop", () => verified(alice));
    await eventually("Bob sees the signature", async () => {
      await bob.crypto.getUserDeviceInfo([alice.userId], true);
      return (await bob.crypto.getDeviceVerificationStatus(alice.userId, laptop.deviceId))?.signedByOwner;
    });
    return laptop.deviceId;
  });

  await step("it restores the backup", async () => {
    await laptop.crypto.loadSessionBackupPrivateKeyFromSecretStorage();
    const check = await laptop.crypto.checkKeyBackupAndEnable();
    same("the backup is trusted", true, check.trustInfo.trusted || check.trustInfo.matchesDecryptionKey);
    const { total, imported } = await laptop.crypto.restoreKeyBackup();
    same("sessions restored", total, imported);
    if (imported < 2) throw new Error(`only ${imported} sessions`);
    return `${imported} sessions`;
  });

  await step("it reads the whole history", async () => {
    await eventually("the laptop has the room", () => laptop.room(room));
    for (let before = -1; laptop.events(room).length !== before; ) {
      before = laptop.events(room).length;
      await laptop.client.scrollback(laptop.room(room), 100);
    }
    await eventually("everything is decrypted", async () => {
      const closed = laptop.events(room).filter((event) => event.isDecryptionFailure() || event.getType() === "m.room.encrypted");
      await Promise.all(closed.map((event) => laptop.client.decryptEventIfNeeded(event, { isRetry: true })));
      const still = closed.filter((event) => event.isDecryptionFailure() && !event.isRedacted());
      return still.length === 0 || Promise.reject(new Error(`${still.length}: ${still[0].decryptionFailureReason}`));
    });
    const history = laptop.bodies(room, alice.userId);
    same("Alice's messages", fromAlice, history.slice(0, fromAlice.length));
    same("Bob's messages", fromBob, laptop.bodies(room, bob.userId));
    same("the edited message", edited, laptop.find(room, corrected).getContent().body);
    await fetchAttachment(laptop, content);
    return `${laptop.events(room).length} events`;
  });

  await step("a conversation of three devices goes on", async () => {
    for (const [one, others] of [[laptop, [alice, bob]], [bob, [alice, laptop]]]) {
      const body = secret("message", `Good night from ${one.deviceId} ${marker}`);
      const { event_id: sent } = await one.client.sendTextMessage(room, body);
      for (const other of others)
        await eventually(`${other.userId} ${other.deviceId} reads it`, () => other.find(room, sent)?.getContent().body === body);
    }
  });

  await step("nothing was undecryptable anywhere", async () => {
    for (const reader of [alice, bob, laptop]) {
      const closed = reader.events(room).filter((event) => event.isDecryptionFailure());
      same(`${reader.userId} ${reader.deviceId}`, [], closed.map((event) => `${event.getId()} ${event.decryptionFailureReason}`));
      await reader.noteKeys();
    }
  });

  async function fetchAttachment(reader, expected) {
    const { file } = reader.find(room, attachment).getContent();
    const plain = await decrypt(await download(reader, file.url), file);
    if (!plain.equals(expected)) throw new Error("the content differs");
    return plain.length;
  }

  async function download(reader, mxc) {
    const url = reader.client.mxcUrlToHttp(mxc, undefined, undefined, undefined, false, true, true);
    const answer = await fetch(url, { headers: { Authorization: `Bearer ${reader.token}` } });
    same(`GET ${url}`, 200, answer.status);
    return Buffer.from(await answer.arrayBuffer());
  }
}

let code = 0;
try {
  await play();
} catch (failure) {
  code = 1;
  if (!(failure instanceof StepFailed)) say(`FAILED the scenario cannot go on: ${failure?.stack ?? failure}`);
}
for (const person of [alice, bob, laptop]) person?.stop();
save(run.secrets);
log.end(() => process.exit(code));

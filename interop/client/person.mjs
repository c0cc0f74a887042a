// An account on a homeserver with one device: matrix-js-sdk and its Rust crypto, which nobody here wrote.

import { randomBytes } from "node:crypto";
import * as sdk from "matrix-js-sdk";
import { decodeRecoveryKey } from "matrix-js-sdk/lib/crypto-api/index.js";
import { eventually } from "./steps.mjs";
import { secret } from "./secrets.mjs";

const REGISTER = "/_matrix/client/v3/register";

export class Person {
  constructor(home, userId, password, deviceId, accessToken, recovery, logger) {
    this.home = home;
    this.userId = userId;
    this.password = password;
    this.deviceId = deviceId;
    this.token = secret("access token", accessToken);
    // The key of the secret storage: what the user wrote down. A second device gets the same.
    this.recovery = recovery ?? {};
    this.logger = logger;
    this.client = sdk.createClient({
      baseUrl: home.url, userId, deviceId, accessToken, logger, timelineSupport: true,
      cryptoCallbacks: {
        getSecretStorageKey: async ({ keys }) => [Object.keys(keys)[0], this.recovery.privateKey],
      },
    });
  }

  /** Registers by the stage `m.login.dummy`. */
  static async register(home, localpart, logger) {
    const password = secret("password", randomBytes(15).toString("hex"));
    const request = { username: localpart, password, initial_device_display_name: secret("device name", `Telephone of ${localpart}`) };
    let answer = await post(home, REGISTER, request);
    if (answer.status === 401)
      answer = await post(home, REGISTER, { ...request, auth: { type: "m.login.dummy", session: answer.body.session } });
    if (answer.status !== 200) throw new Error(`register: ${answer.status} ${JSON.stringify(answer.body)}`);
    return new Person(home, answer.body.user_id, password, answer.body.device_id, answer.body.access_token, undefined, logger);
  }

  /** A second device of this person: a login by password with nothing but the recovery key in its hand. */
  async anotherDevice() {
    const answer = await post(this.home, "/_matrix/client/v3/login", {
      type: "m.login.password", identifier: { type: "m.id.user", user: this.userId }, password: this.password,
      initial_device_display_name: secret("device name", `Laptop of ${this.userId}`),
    });
    if (answer.status !== 200) throw new Error(`login: ${answer.status} ${JSON.stringify(answer.body)}`);
    const { device_id, access_token } = answer.body;
    return new Person(this.home, this.userId, this.password, device_id, access_token,
      { privateKey: decodeRecoveryKey(this.recovery.encodedPrivateKey) }, this.logger);
  }

  get crypto() {
    return this.client.getCrypto();
  }

  /** @param initialSyncLimit events of a room in one sync; where more came meanwhile, the SDK shows only what is after the gap */
  async start(initialSyncLimit = 200) {
    await this.client.initRustCrypto({ useIndexedDB: false });
    await this.client.startClient({ initialSyncLimit, lazyLoadMembers: true });
    await eventually(`${this.userId} has synced`, () => this.client.isInitialSyncComplete());
  }

  stop() {
    this.client.stopClient();
  }

  /** Cross-signing keys, secret storage and a key backup, as a client makes them when a user first signs in. */
  async bootstrap() {
    await this.crypto.bootstrapCrossSigning({
      authUploadDeviceSigningKeys: async (upload) => {
        try {
          return await upload(null);
        } catch (refused) {
          if (refused.httpStatus !== 401) throw refused;
          return upload({
            type: "m.login.password", identifier: { type: "m.id.user", user: this.userId },
            password: this.password, session: refused.data.session,
          });
        }
      },
    });
    await this.crypto.bootstrapSecretStorage({
      setupNewSecretStorage: true, setupNewKeyBackup: true,
      createSecretStorageKey: async () => (this.recovery = await this.crypto.createRecoveryKeyFromPassphrase()),
    });
    await this.crypto.checkKeyBackupAndEnable();
  }

  /** Notes the private keys of this device and account as far as the SDK gives them out. */
  async noteKeys() {
    secret("recovery key", this.recovery.encodedPrivateKey);
    secret("secret storage key", Buffer.from(this.recovery.privateKey).toString("base64").replace(/=+$/, ""));
    for (const name of ["m.cross_signing.master", "m.cross_signing.self_signing", "m.cross_signing.user_signing", "m.megolm_backup.v1"])
      secret(name, (await this.client.secretStorage.get(name))?.replace(/=+$/, ""));
    for (const session of await this.crypto.exportRoomKeys()) secret("room key", session.session_key);
  }

  /** How many sessions the server has in the backup; the SDK's own answer may be an old one. */
  async backupSize() {
    return (await this.client.http.authedRequest("GET", "/room_keys/version")).count;
  }

  room(roomId) {
    return this.client.getRoom(roomId);
  }

  /** The events of the room as this device has them, oldest first. */
  events(roomId) {
    return this.room(roomId)?.getLiveTimeline().getEvents() ?? [];
  }

  find(roomId, eventId) {
    return this.room(roomId)?.findEventById(eventId);
  }

  /** What `sender` wrote in the room, decrypted, in the order of this device's timeline. Undecryptable ones throw. */
  bodies(roomId, sender) {
    return this.events(roomId)
      .filter((event) => event.getSender() === sender && event.isEncrypted() && !event.isRedacted() && event.getType() !== "m.room.encrypted")
      .filter((event) => !event.isDecryptionFailure() || fail(`${event.getId()}: ${event.decryptionFailureReason}`))
      .filter((event) => event.getType() === "m.room.message" && event.getRelation()?.rel_type !== "m.replace")
      .map((event) => event.getOriginalContent().body);
  }
}

function fail(why) {
  throw new Error(why);
}

async function post(home, path, body) {
  const answer = await fetch(home.url + path, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
  });
  return { status: answer.status, body: await answer.json() };
}

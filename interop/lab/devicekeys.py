"""The keys of a device, signed as clients sign them; `openssl` has the Ed25519."""

import base64
import json
import secrets
import subprocess
from pathlib import Path
from typing import Any

from lab.matrix import User, noise


class DeviceKeys:
    """A device's identity and one one-time key: `signed` and `one_time` are what others should get."""

    def __init__(self, owner: User, directory: Path):
        self._owner = owner
        self._directory = directory
        self._key = directory / f"device-{secrets.token_hex(4)}.pem"
        self._openssl("genpkey", "-algorithm", "ed25519", "-out", str(self._key))
        # The DER form ends with the 32 bytes of the key itself.
        public = self._openssl("pkey", "-in", str(self._key), "-pubout", "-outform", "DER")[-32:]
        self.signed = self._sign({
            "user_id": owner.id, "device_id": owner.device,
            "algorithms": ["m.olm.v1.curve25519-aes-sha2", "m.megolm.v1.aes-sha2"],
            "keys": {f"curve25519:{owner.device}": noise(32), f"ed25519:{owner.device}": _unpadded(public)},
        })
        self.one_time = {"signed_curve25519:AAAA": self._sign({"key": noise(32)})}

    def upload(self) -> None:
        self._owner.api.ok("POST", "/_matrix/client/v3/keys/upload", {
            "device_keys": self.signed, "one_time_keys": self.one_time})

    def _sign(self, content: dict[str, Any]) -> dict[str, Any]:
        # All of it is ASCII without numbers, so this is canonical JSON.
        canonical = json.dumps(content, sort_keys=True, separators=(",", ":")).encode()
        text = self._directory / f"{self._key.stem}.json"
        text.write_bytes(canonical)
        signature = self._openssl("pkeyutl", "-sign", "-inkey", str(self._key), "-rawin", "-in", str(text))
        return {**content, "signatures": {
            self._owner.id: {f"ed25519:{self._owner.device}": _unpadded(signature)}}}

    @staticmethod
    def _openssl(*arguments: str) -> bytes:
        return subprocess.run(["openssl", *arguments], check=True, capture_output=True, timeout=60).stdout


def _unpadded(content: bytes) -> str:
    return base64.b64encode(content).decode().rstrip("=")

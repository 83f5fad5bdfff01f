#!/bin/sh
# Makes each secret once, at random. Run again, it keeps what is there.
set -eu
folder=$1
umask 022
secret() { [ -s "$folder/$1" ] || head -c 24 /dev/urandom | base64 | tr '+/' '-_' >"$folder/$1"; }
for name in uplink.password ingest.password observer.password postgres.password influx.password influx.token; do secret "$name"; done
printf 'postgres://cuobian:%s@postgres:5432/cuobian\n' "$(cat "$folder/postgres.password")" >"$folder/postgres.url"
: >"$folder/mosquitto.passwd"
chmod 644 "$folder/mosquitto.passwd"
mosquitto_passwd -b "$folder/mosquitto.passwd" gw-1 "$(cat "$folder/uplink.password")"
mosquitto_passwd -b "$folder/mosquitto.passwd" ingest "$(cat "$folder/ingest.password")"
mosquitto_passwd -b "$folder/mosquitto.passwd" observer "$(cat "$folder/observer.password")"

FROM denoland/deno:debian-2.9.6 AS build
WORKDIR /source
COPY deno.json deno.lock ./
RUN deno install --frozen
COPY . .
RUN deno task build

FROM debian:bookworm-slim
# PostgreSQL wants its user to have a name; the private server runs as this one.
RUN useradd --system --user-group --uid 10001 --no-create-home --home-dir /data beat-collector \
  && install --directory --owner=beat-collector --group=beat-collector --mode=0700 /data
COPY --from=build /source/dist/beat-collector /usr/local/bin/beat-collector
USER beat-collector
ENV DATA_DIR=/data SERVER_HOST=0.0.0.0 SERVER_PORT=3000 LOG_FORMAT=json
VOLUME /data
EXPOSE 3000
# There is no curl in this image, but bash can ask.
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
  CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/$SERVER_PORT && printf 'GET /health HTTP/1.0\\r\\n\\r\\n' >&3 && read -r _ status _ <&3 && [ \"$status\" = 200 ]"]
STOPSIGNAL SIGTERM
CMD ["beat-collector"]

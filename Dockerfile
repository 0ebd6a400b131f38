FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
RUN npm run build && npm prune --omit=dev

FROM node:24-slim
WORKDIR /app
ENV NODE_ENV=production
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
RUN mkdir /data && chown node /data \
  && chmod +x dist/cli/jobchime.mjs && ln -s /app/dist/cli/jobchime.mjs /usr/local/bin/jobchime
USER node
VOLUME /data
# So that commands in the container find the configuration: docker exec jobchime jobchime jobs
WORKDIR /etc/jobchime
# It asks the HTTP API, which the configuration has to have: api: { listen: 0.0.0.0:8481 }
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8481/healthz').then((it) => process.exit(it.ok ? 0 : 1), () => process.exit(1))"]
# exec form: the signal to stop reaches the service itself.
ENTRYPOINT ["node", "/app/dist/cli/jobchime.mjs"]
CMD ["start", "--config", "/etc/jobchime/jobchime.yaml"]

# Stands in for caddy:2-alpine: Debian's Caddy, with the capability that the real image's program asks for, and a `wget`.
FROM python:3.11-slim
COPY caddy busybox /usr/bin/
# The file attribute that `setcap cap_net_bind_service=+ep` writes.
RUN ln -s busybox /usr/bin/wget \
 && python -c "import os, struct; os.setxattr('/usr/bin/caddy', 'security.capability', struct.pack('<5I', 0x02000001, 1 << 10, 0, 0, 0))"
CMD ["caddy", "run", "--config", "/etc/caddy/Caddyfile", "--adapter", "caddyfile"]

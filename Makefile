# Two commands are enough: `make demo` for a living site, `make test` for every check. Needs Python 3.11, git and make.

export BIND

PYTHON ?= $(or $(shell command -v python3.11),$(shell command -v python3),python3)
SETUP = $(PYTHON) scripts/setup.py

.DEFAULT_GOAL := help
.PHONY: help setup demo run test lint format bench

help: ## 显示这些命令 / show these commands
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

setup: ## 安装依赖、构建前端、编译翻译 / install, build, compile
	@$(SETUP)

demo: ## 装入演示县并启动站点 / load the demo county and start the site at http://127.0.0.1:8000
	@$(SETUP)
	@.venv/bin/python scripts/serve.py --demo

run: ## 启动站点 / start the site with the data that is there
	@$(SETUP)
	@.venv/bin/python scripts/serve.py

test: ## 全部检查和测试 / every check and test
	@$(SETUP) --dev
	@.venv/bin/python scripts/check.py all

lint: ## 只做静态检查 / the static checks alone
	@$(SETUP) --dev
	@.venv/bin/python scripts/check.py lint

format: ## 统一代码格式 / format the code
	@$(SETUP) --dev
	@.venv/bin/ruff check --fix-only --quiet . && .venv/bin/ruff format --quiet .

bench: ## 性能测试,每项附下限 / the benchmark table, each line beside its floor
	@$(SETUP) --dev
	@.venv/bin/python -m bench

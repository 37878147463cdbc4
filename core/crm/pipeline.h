/* Pipelines and their stages. */
#ifndef CORE_CRM_PIPELINE_H
#define CORE_CRM_PIPELINE_H

#include "core/crm/core.h"

struct stage {
	struct id id, pipeline;
	const char *name, *type; /* open, won, lost */
	int64_t position, probability, rot_days; /* rot_days: the pipeline's where the stage has none */
};

struct pipeline {
	struct id id;
	const char *name, *currency;
	bool is_default;
	struct stage *stages;
	int n_stages;
};

/* All pipelines with their stages in order, the default one first. Arena memory. */
enum status pipelines_load(struct core *c, struct arena *a, struct pipeline **out, int *n, struct error *err);
/* A stage by name within a pipeline; ST_NOT_FOUND lists the stages. */
enum status pipeline_find_stage(struct core *c, struct id pipeline, const char *name, struct id *out, struct error *err);
/* The first stage of a type ("won", "lost", "open"). */
enum status pipeline_stage_of_type(struct core *c, struct id pipeline, const char *type, struct id *out, struct error *err);

#endif

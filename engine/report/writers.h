/* Inside of the room: the formats, the words of headings, and how a value of a row becomes text.
 * Invariant: every writer takes values through these, so a number looks the same in each format. */
#ifndef GP_REPORT_WRITERS_H
#define GP_REPORT_WRITERS_H

#include "report/report.h"

extern const gp_format gp_format_table, gp_format_md, gp_format_csv, gp_format_wide, gp_format_json, gp_format_ndjson;
/* several plans in one */
extern const gp_format gp_format_departments, gp_format_alone, gp_format_csv_several, gp_format_wide_several, gp_format_json_several,
    gp_format_ndjson_several;

/* -- words.c: headings and labels: id, Chinese, English. Chinese terms are those of the project's vocabulary. -- */
#define GP_LABELS(W) \
    W(INDICATOR, "指标", "Indicator") \
    W(VERDICT, "达成情况", "Verdict") \
    W(BASIS, "数据", "Data") \
    W(ACTUAL, "完成值", "Actual") \
    W(TARGET, "目标值", "Target") \
    W(TARGET_IS, "目标值", "due") \
    W(COMPLETION, "完成率", "Completion") \
    W(MARGIN, "余量", "Margin") \
    W(MARKS, "得分/分值", "Marks") \
    W(CLAIM, "自评", "claims") \
    W(SUBJECT, "考核对象", "Subject") \
    W(PERIOD, "考核期", "Period") \
    W(AS_OF, "截止日期", "As of") \
    W(SCENARIO, "情景", "Scenario") \
    W(TOTAL, "得分", "Marks") \
    W(GRADE, "等次", "Grade") \
    W(MAY_CHANGE, "未知数据还会改变等次", "what is unknown can change the grade") \
    W(FIXED, "未知数据不改变等次", "what is unknown cannot change the grade") \
    W(RANK, "位次", "Rank") \
    W(TIES, "并列规则", "ties") \
    W(ON_FULL, "按未取整的得分", "by marks before rounding") \
    W(UNRANKED, "无位次", "Unranked") \
    W(NO_TOTAL, "没有总分", "no total") \
    W(NO_COHORT, "不属于任何参评单位组", "in no cohort") \
    W(STRUCK, "一票否决", "disqualified") \
    W(COVERAGE, "数据完备率", "Coverage") \
    W(BELOW, "低于数据完备率下限,不给单一得分", "below the coverage that a single total needs") \
    W(CAUSED, "未定的指标", "Open") \
    W(GOALS, "目标", "Goals") \
    W(INDICATORS, "指标", "Indicators") \
    W(CLAIMS, "自评", "Claims") \
    W(NOT_FINAL, "暂定", "not final") \
    W(LEGEND, "* 暂定:所依据的数据还不是最终的", "* not final: rests on data that may still change") \
    W(DECISIONS, "† 改判(核定)", "† Decisions") \
    W(BEFORE_DECISIONS, "改判前得分", "Marks before decisions") \
    W(OVERSTATED, "高报的自评", "Overstated claims") \
    W(FIRST, "先看什么", "What to look at first") \
    W(LOST, "失分", "loses") \
    W(OPEN, "未定", "open") \
    W(CASES, "考核对象", "Subjects") \
    W(BASE_MARKS, "基准方案得分", "Base") \
    W(SHORT_MET, "达成", "Met") \
    W(SHORT_UNMET, "未达成", "Unmet") \
    W(SHORT_OPEN, "未定", "Open") \
    W(SHORT_OVER, "高报", "Over") \
    W(HINT, "每个指标的结果: -f csv、-f json,或一行一个考核对象: -f csv --wide", "every row: -f csv or -f json; a line a subject: -f csv --wide") \
    W(HINT_SEVERAL, "每个指标的结果: -f csv、-f json;一个部门的表: goalpost eval 该部门的计划 -d 数据", \
      "every row: -f csv or -f json; the table of one department: goalpost eval with its plan and data") \
    W(DEPARTMENT, "部门", "Department") \
    W(DEPARTMENTS, "部门", "Departments") \
    W(CASES_SHORT, "对象数", "Subjects") \
    W(NO_CASE, "无数据", "no data") \
    W(REFUSED, "未采用的行", "Rows refused") \
    W(OTHERS, "其他考核期的行", "Rows of other periods") \
    W(MODEL, "计分模型", "Model") \
    W(DISQUALIFIED, "取消资格", "disqualified") \
    W(PERHAPS_DISQUALIFIED, "可能取消资格", "perhaps disqualified") \
    W(YES, "是", "yes") \
    W(NO, "否", "no") \
    W(BY_RULE, "按规则", "by rule") \
    W(UNIT_POINTS, "百分点", "pp") \
    W(DAY, "天", "day") \
    W(DAYS, "天", "days") \
    W(STEP, "步", "step") \
    W(STEPS, "步", "steps") \
    W(CLAUSES, "分项要求", "Clauses") \
    W(MARKS_UNIT, "分", "marks") \
    W(REQUIRED, "要求", "Required") \
    W(EVIDENCE, "依据", "Data") \
    W(RECKONED, "计算", "Arithmetic") \
    W(TURNS, "余量与临界点", "Margin and flip") \
    W(SCORED, "得分", "Score") \
    W(PARTS, "各项", "Parts") \
    W(WEIGHT, "权重", "Weight") \
    W(SHARE, "得分占分值", "Share") \
    W(LOSS, "失分", "Lost") \
    W(LOSSES, "失分明细", "Where marks are lost") \
    W(VETOES, "一票否决", "Vetoes") \
    W(UNSETTLED, "未定", "Still open") \
    W(NEXT_GRADE, "等次", "Grade") \
    W(AUDIT, "自评", "Claims")
typedef enum gp_label {
#define W(id, zh, en) GP_L_##id,
    GP_LABELS(W)
#undef W
    GP_LABEL_COUNT
} gp_label;
const char *gp_label_text(gp_label w, gp_lang lang);

/* -- value.c: values of a row as text. Each appends nothing where there is no value. -- */
/* What kind of thing a value is in an output that has numbers, texts and truth values. */
typedef enum gp_shape { GP_SHAPE_NONE, GP_SHAPE_NUMBER, GP_SHAPE_TEXT, GP_SHAPE_BOOL } gp_shape;
/* A value of a type, without its unit: the number in the unit, the date, the stage, the word. */
gp_shape gp_value_put(gp_buf *out, const gp_type *type, double value, const gp_pool *texts);
/* A distance between two values of the type: the number in the unit, steps of stages, days. */
void gp_distance_put(gp_buf *out, const gp_type *type, double value);
void gp_number_put(gp_buf *out, double value);
bool gp_prints_alike(double a, double b);
/* A total is a single value when both ends print alike and enough of its weight is known. */
bool gp_is_single(gp_range r);
bool gp_is_point(const gp_row *row);
gp_text gp_unit_of(const gp_row *row);   /* absent when the value has none */
/* A control, invisible or bidirectional character: one that a reader would not see, or that turns the text around. */
bool gp_is_hidden(uint32_t cp);
/* Where a place is: `plan.yaml:12:5`; nothing for nowhere. */
void gp_place_put(gp_buf *out, gp_diags *d, gp_place p);

/* -- jsonout.c: JSON as it is written. Commas and line breaks are its own business. -- */
enum { GP_JSON_DEPTH = 16 };
typedef struct gp_json {
    gp_buf *out;
    unsigned depth;
    struct {
        bool broken; /* a member a line, else all in one line */
        bool begun;  /* has a member already */
        bool list;
    } level[GP_JSON_DEPTH];
    bool after_key;
    gp_buf part; /* a value while it is made */
} gp_json;
void gp_json_init(gp_json *j, gp_buf *out);
void gp_json_open(gp_json *j, bool list, bool broken);
void gp_json_close(gp_json *j);
void gp_json_key(gp_json *j, const char *key);
void gp_json_text(gp_json *j, gp_text t);   /* absent: null */
void gp_json_str(gp_json *j, const char *s); /* NULL: null */
void gp_json_number(gp_json *j, double v);  /* NaN and infinities: null */
void gp_json_whole(gp_json *j, uint64_t v);
void gp_json_bool(gp_json *j, bool v);
void gp_json_null(gp_json *j);
/* What stands before the next member, which then comes without it. */
void gp_json_gap(gp_json *j);
/* A value that is JSON already. */
void gp_json_raw(gp_json *j, gp_text t);

/* -- document.c: the parts of the result document, which json and ndjson share. -- */
void gp_document_run(gp_json *j, gp_writer *w);
void gp_document_files(gp_json *j, gp_writer *w, const char *key, const gp_file *files, size_t n); /* path and hash of each */
/* PATH=VALUE each as an object of both. */
void gp_document_words(gp_json *j, const char *key, const gp_text *words, size_t n);
/* The run of several plans. */
void gp_document_runs(gp_json *j, gp_writer *w);
/* `broken`: a row a line, else the subject in one line. */
void gp_document_subject(gp_json *j, gp_writer *w, const gp_case_result *c, bool broken);
void gp_document_sum(gp_json *j, const gp_sum *sum);
void gp_document_case(gp_json *j, const gp_case *of); /* members: subject, period, scenario */
void gp_document_row(gp_json *j, gp_writer *w, const gp_row *r);
void gp_document_claim(gp_json *j, gp_writer *w, const gp_case_claim *c);
void gp_document_value(gp_json *j, const gp_type *type, double value, const gp_pool *texts);
void gp_document_place(gp_json *j, gp_diags *d, gp_place place);

/* -- csvout.c: fields that a spreadsheet takes as they are meant. -- */
void gp_csv_text(gp_buf *out, gp_text t);  /* quoted where needed; what would run as a formula is made inert */

/* -- grid.c: cells in terminal columns. -- */
/* t with control, invisible and bidirectional characters made visible. */
gp_text gp_cell_clean(gp_arena *a, gp_text t);
/* Appends t, cut with … to `width` columns and filled with blanks to it, on the left when `right`. */
void gp_cell_put(gp_buf *out, gp_text t, size_t width, bool right);
void gp_blanks_put(gp_buf *out, size_t n);
/* The part of *rest that fits `width` columns, broken at a blank where there is one; *rest moves behind it. */
gp_text gp_cell_wrap(gp_text *rest, size_t width);
/* The same for a figure with its unit, which goes apart before either does: broken at a blank where there is one behind a sign. */
gp_text gp_cell_wrap_figure(gp_text *rest, size_t width);
/* The same for a cell of at most two lines: a short second line takes some of the first. */
gp_text gp_cell_halve(gp_text *rest, size_t width);

/* -- cells.c: how a verdict, a figure, marks look to a person. -- */
typedef enum gp_paint { GP_P_PLAIN, GP_P_HEAD, GP_P_GOOD, GP_P_BAD, GP_P_OPEN, GP_P_DIM, GP_PAINT_COUNT } gp_paint;
const char *gp_paint_on(const gp_writer *w, gp_paint p);
const char *gp_paint_off(const gp_writer *w, gp_paint p);
gp_paint gp_paint_of(gp_verdict v);
void gp_verdict_put(gp_buf *out, gp_verdict v, gp_lang lang); /* "✓ 达成" */
size_t gp_table_width(const gp_writer *w);
void gp_line_end(gp_buf *out);           /* blanks at the end of the line go */
/* Text in lines of the table's width, each after `indent` blanks; `begun`: the first line stands at that column already. */
void gp_wrapped_put(gp_writer *w, size_t indent, bool begun, gp_text t);
void gp_marks_put(gp_buf *out, gp_range marks, bool single); /* "61.5–88.1", "61.5" */
void gp_rounded_put(gp_buf *out, double v, int decimals);    /* without zeros at the end */
void gp_completion_put(gp_buf *out, double completion);      /* 123.14%; <100% for what is just below */
void gp_actual_put(gp_buf *out, const gp_writer *w, const gp_row *row); /* with its unit; what was reckoned in six digits */
void gp_interval_put(gp_buf *out, const gp_interval *v, const gp_unit *unit); /* with the signs of criteria: one character each */
void gp_criterion_put(gp_buf *out, const gp_writer *w, const gp_row *row);
void gp_margin_put(gp_buf *out, const gp_writer *w, const gp_row *row); /* with its sign and unit */
void gp_grade_put(gp_buf *out, const gp_case_result *c);     /* "中–良" */
void gp_rank_put(gp_buf *out, gp_range rank);                /* "3", "3–7" */
/* Why a subject has no rank, where the plan ranks subjects. */
gp_label gp_why_unranked(const gp_case_result *c);
void gp_tie_rule_put(gp_buf *out, const gp_writer *w);       /* "ties 1224" */
bool gp_is_open(gp_verdict v);           /* undecided, no_data, not_due, error */

#define DECISION_MARK "†" /* behind the verdict of a row over which there is a decision */

/* -- decisions.c: what was decided otherwise than found, row by row, and what became of it. */
void gp_decisions_put(gp_writer *w, const gp_case_result *c);
/* -- models.c: a case under several scoring models, in columns. -- */
gp_text gp_model_name(const gp_run_info *info); /* "base" for the plan's own scoring */
void gp_models_put(gp_writer *w, const gp_case_result *c, const gp_run_info *infos, size_t n);

/* -- summary.c: what stands below a subject's table. -- */
void gp_summary_put(gp_writer *w, const gp_case_result *c);

#endif

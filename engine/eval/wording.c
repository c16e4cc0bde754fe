/* How operations read, in one table: to teach the explanation a new operation, add its line.
 * Invariant: a code without a line here is still explained, by its number and operands. */
#include "eval/steps.h"

#define CALL(zh, en, flags, typing) {{zh, en}, GP_H_CALL, flags, typing}
#define SIGN(text, holds, typing) {{text, text}, holds, 0, typing}

static const gp_wording WORDINGS[] = {
    [GP_O_NONE] = CALL("无值", "no value", GP_F_ONCE, GP_Y_NONE),
    [GP_O_SUBJECT] = CALL("考核对象", "subject", 0, GP_Y_NONE),
    [GP_O_PERIOD] = CALL("考核期", "period", 0, GP_Y_NONE),
    [GP_O_ELAPSED] = CALL("考核期已过部分", "share of the period gone by", 0, GP_Y_PLAIN),
    [GP_O_VARIED] = CALL("情景所设,原为 $a", "of the scenario, before $a", 0, GP_Y_FIRST),
    [GP_O_CODE_VALUE] = CALL("$a 对应的数值", "the number of $a", 0, GP_Y_PLAIN),
    [GP_O_NEG] = SIGN("-$a", GP_H_SIGN, GP_Y_FIRST),
    [GP_O_NOT] = CALL("非($a)", "not ($a)", 0, GP_Y_TRUTH),
    [GP_O_ADD] = SIGN("$a + $b", GP_H_SUM, GP_Y_JOIN),
    [GP_O_SUB] = SIGN("$a - $b", GP_H_SUM, GP_Y_JOIN),
    [GP_O_MUL] = SIGN("$a × $b", GP_H_PRODUCT, GP_Y_PRODUCT),
    [GP_O_DIV] = SIGN("$a / $b", GP_H_PRODUCT, GP_Y_QUOTIENT),
    [GP_O_MOD] = {{"$a 除以 $b 的余数", "$a mod $b"}, GP_H_PRODUCT, 0, GP_Y_FIRST},
    [GP_O_POW] = SIGN("$a ^ $b", GP_H_POWER, GP_Y_PLAIN),
    [GP_O_LT] = SIGN("$a < $b", GP_H_COMPARE, GP_Y_TRUTH),
    [GP_O_LE] = SIGN("$a ≤ $b", GP_H_COMPARE, GP_Y_TRUTH),
    [GP_O_GT] = SIGN("$a > $b", GP_H_COMPARE, GP_Y_TRUTH),
    [GP_O_GE] = SIGN("$a ≥ $b", GP_H_COMPARE, GP_Y_TRUTH),
    [GP_O_EQ] = {{"$a 等于 $b", "$a equals $b"}, GP_H_COMPARE, 0, GP_Y_TRUTH},
    [GP_O_NE] = {{"$a 不等于 $b", "$a differs from $b"}, GP_H_COMPARE, 0, GP_Y_TRUTH},
    [GP_O_AND] = {{"$a 且 $b", "$a and $b"}, GP_H_AND, 0, GP_Y_TRUTH},
    [GP_O_OR] = {{"$a 或 $b", "$a or $b"}, GP_H_OR, 0, GP_Y_TRUTH},
    [GP_O_MIN] = CALL("较小者($a, $b)", "the smaller of ($a, $b)", 0, GP_Y_JOIN),
    [GP_O_MAX] = CALL("较大者($a, $b)", "the larger of ($a, $b)", 0, GP_Y_JOIN),
    [GP_O_ABS] = CALL("绝对值($a)", "the size of ($a)", 0, GP_Y_FIRST),
    [GP_O_SQRT] = CALL("平方根($a)", "the square root of ($a)", 0, GP_Y_PLAIN),
    [GP_O_EXP] = CALL("e 的幂($a)", "e to the power of ($a)", 0, GP_Y_PLAIN),
    [GP_O_LOG] = CALL("自然对数($a)", "the natural logarithm of ($a)", 0, GP_Y_PLAIN),
    [GP_O_ERF] = CALL("误差函数($a)", "the error function of ($a)", 0, GP_Y_PLAIN),
    [GP_O_ROUND] = CALL("四舍五入($a,$d 位小数)", "rounded ($a, decimals: $d)", 0, GP_Y_FIRST),
    [GP_O_FLOOR] = CALL("向下取整($a,$d 位小数)", "rounded down ($a, decimals: $d)", 0, GP_Y_FIRST),
    [GP_O_CEIL] = CALL("向上取整($a,$d 位小数)", "rounded up ($a, decimals: $d)", 0, GP_Y_FIRST),
    [GP_O_TRUNC] = CALL("截尾($a,$d 位小数)", "cut off ($a, decimals: $d)", 0, GP_Y_FIRST),
    [GP_O_IF_ELSE] = CALL("若 $a,则 $b,否则 $c", "if $a then $b, else $c", GP_F_OWN, GP_Y_BRANCH),
    [GP_O_COALESCE] = CALL("$a(没有时取 $b)", "$a (where there is none, $b)", 0, GP_Y_JOIN),
    [GP_O_KNOWN] = CALL("$a 有数据", "$a is known", 0, GP_Y_TRUTH),
    [GP_O_PASS_FAIL] = CALL("达成得全部分值,未达成不得分", "all when met, nothing when unmet", GP_F_ONCE, GP_Y_SHARE),
    [GP_O_RATIO] = {{"$a / $b", "$a / $b"}, GP_H_PRODUCT, 0, GP_Y_SHARE},
    [GP_O_INTERPOLATE] = CALL("折点之间按直线取值", "on straight lines between the knots", GP_F_OWN, GP_Y_SHARE),
    [GP_O_RULE_SCORE] = CALL("规则所给的得分", "what the rule gives", GP_F_ONCE, GP_Y_SHARE),
    [GP_O_CLIP] = CALL("$a", "$a", 0, GP_Y_SHARE),
    [GP_O_LEAF] = CALL("$a", "$a", 0, GP_Y_SHARE),
    [GP_O_WITHHOLD] = CALL("$a", "$a", 0, GP_Y_SHARE),
    [GP_O_COVERED] = CALL("$a", "$a", 0, GP_Y_SHARE),
    [GP_O_KNOWN_WEIGHT] = CALL("$a 已知则为 1", "1 where $a is known", 0, GP_Y_PLAIN),
    [GP_O_MEAN] = CALL("各项得分按权重平均", "the mean of the parts, by weight", GP_F_OWN, GP_Y_SHARE),
    [GP_O_SURE] = CALL("$a", "$a", 0, GP_Y_SHARE),
    [GP_O_DECIDED] = CALL("$a,有改判的从改判", "$a, or what was decided", GP_F_OWN, GP_Y_SHARE),
    [GP_O_AGGREGATE] = CALL("各项得分合成", "the parts together", GP_F_OWN, GP_Y_SHARE),
    [GP_O_TOTAL] = CALL("计入各项的权重合计", "the sum of the weights that count", GP_F_ONCE, GP_Y_PLAIN),
    [GP_O_ROLL_SCORE] = CALL("规则所给的得分", "what the rule gives", GP_F_ONCE, GP_Y_SHARE),
    [GP_O_STRIKES] = CALL("一票否决已触发", "the veto strikes", GP_F_ONCE, GP_Y_TRUTH),
    [GP_O_VETO] = CALL("$a,若 $b 则受 $c 限制", "$a, held to $c where $b", GP_F_OWN, GP_Y_SHARE),
    [GP_O_REPORTED] = CALL("$a 的填报值", "the reported value", GP_F_ONCE, GP_Y_NONE),
    [GP_O_COVER] = CALL("数据覆盖的时段占比", "the share of the period that the data cover", GP_F_ONCE, GP_Y_PLAIN),
    [GP_O_TIER] = CALL("所评等级的得分", "the score of the judged tier", GP_F_ONCE, GP_Y_SHARE),
    [GP_O_MARKS] = {{"$a × $b", "$a × $b"}, GP_H_PRODUCT, 0, GP_Y_MARKS},
    [GP_O_ROUND_MARKS] = CALL("$a,保留 $d 位小数", "$a, decimals: $d", 0, GP_Y_MARKS),
};

const gp_wording *gp_wording_of(gp_opcode code) {
    static const gp_wording UNKNOWN = {{NULL, NULL}, GP_H_CALL, GP_F_OWN, GP_Y_NONE};
    bool known = (unsigned)code < GP_COUNT(WORDINGS) && WORDINGS[code].text[0];
    return known ? &WORDINGS[code] : &UNKNOWN;
}

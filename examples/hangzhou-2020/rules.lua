-- Two tests of the 2020 plan that a threshold does not say well.
-- An assertion that does not count as evidence arrives here as nil, like a datum that was never given.

-- 满分: every quarter for itself. The mean of four quarters would let a good one hide a bad one, and one
-- quarter below full marks settles the year even while another is still missing.
local QUARTERS = {
  { "quality_q1", "一季度" }, { "quality_q2", "二季度" }, { "quality_q3", "三季度" }, { "quality_q4", "四季度" },
}

rule "full_marks_all_year" {
  doc   = "National price monitoring quality (全国价格监测质量考核) is full marks in every quarter.",
  reads = { "quality_q1", "quality_q2", "quality_q3", "quality_q4" },
  args  = { full = 1 },           -- of full marks: 100 % is 1 in base units
  check = function(x, a)
    local full, missing = 0, nil
    for _, q in ipairs(QUARTERS) do
      local rate = x[q[1]]
      if rate == nil then
        missing = missing or q[2]
      elseif lt(rate, a.full) then
        return unmet(q[2] .. "未得满分")
      else
        full = full + 1
      end
    end
    if missing then return no_data(missing .. "没有数据") end
    return met(("%d个季度均为满分"):format(full), 1.0)
  end,
}

-- 四个重大: all four kinds have to be sent on to the province. The override: where the province has put off the
-- fourth kind (重大项目) in writing, three are enough. An exception has to be shown, so a missing one is none.
local KINDS = {
  { "sent_reform", "重大改革" }, { "sent_policy", "重大政策" }, { "sent_platform", "重大平台" }, { "sent_project", "重大项目" },
}

-- How many kinds were sent, and the names of those not sent and of those nothing is known of.
local function count_kinds(x)
  local sent, unsent, unknown = 0, {}, {}
  for _, kind in ipairs(KINDS) do
    local yes = x[kind[1]]
    if yes then
      sent = sent + 1
    elseif yes == nil then
      unknown[#unknown + 1] = kind[2]
    else
      unsent[#unsent + 1] = kind[2]
    end
  end
  return sent, unsent, unknown
end

rule "all_kinds_forwarded" {
  doc   = "All kinds of major items (四个重大) are sent to the province; one fewer is enough if the province put off major projects.",
  reads = { "sent_reform", "sent_policy", "sent_platform", "sent_project", "project_deferred" },
  args  = { need = 4 },
  check = function(x, a)
    local sent, unsent, unknown = count_kinds(x)
    local need = a.need
    if x.project_deferred and not x.sent_project then need = need - 1 end
    if sent >= need then return met(("应报%d类,已报送%d类"):format(need, sent), 1.0) end
    if sent + #unknown >= need then return no_data(table.concat(unknown, "、") .. "没有数据") end
    return unmet(("应报%d类,已报送%d类;未报送:%s"):format(need, sent, table.concat(unsent, "、")), sent / need)
  end,
}

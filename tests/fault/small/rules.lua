rule "every_month" {
  doc = "The share is above the floor, told with a reason.",
  reads = { "share", "invested" },
  args = { full = 0.5 },
  check = function(x, a)
    local seen = {}
    for i = 1, 40 do seen[#seen + 1] = ("%d"):format(i) end
    if x.share == nil then return no_data("没有数据: " .. table.concat(seen, "、", 1, 3)) end
    if lt(x.share, a.full) then return unmet("占比不足" .. #seen, x.share) end
    return met("足够")
  end,
}

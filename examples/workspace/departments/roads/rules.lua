rule "within_days" {
  doc   = "Repairs took no longer than so many days in every quarter.",
  reads = { "repair_q1", "repair_q2", "repair_q3", "repair_q4" },
  args  = { days = 5 },
  check = function(x, a)
    for _, q in ipairs { "repair_q1", "repair_q2", "repair_q3", "repair_q4" } do
      if x[q] == nil then return no_data(q .. " is missing") end
      if x[q] > a.days then return unmet(("%s took %g days, %g are allowed"):format(q, x[q], a.days)) end
    end
    return met("all four quarters in time")
  end,
}

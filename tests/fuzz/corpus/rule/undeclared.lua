total = 0
rule "r" { check = function() return os.time() end, chek = 1 }

(module
  (type (;0;) (func (param i32 i32 i32)))
  (type (;1;) (func (param i32 i32 i32 i32)))
  (type (;2;) (func (param i32 i64 i64) (result i32)))
  (type (;3;) (func (param i32 i32) (result i32)))
  (type (;4;) (func (param i64 i64) (result i64 i64)))
  (type (;5;) (func (result i32 i32)))
  (type (;6;) (func (param i32 i32 i32) (result i32)))
  (import "env" "memory" (memory (;0;) 0 65536 shared))
  (import "runtime" "str_starts_with" (func (;0;) (type 2)))
  (import "env" "reserve" (func (;1;) (type 3)))
  (func (;2;) (export "p0") (type 0) (param i32 i32 i32)
    (local i32 i32 i32 i32)
    (block  ;; label = @1
      (br_if 0 (;@1;)
        (i32.ge_u
          (local.tee 3
            (local.get 1))
          (local.get 2)))
      (local.set 6
        (call 6
          (local.get 0)
          (local.get 3)
          (select
            (i32.add
              (local.get 3)
              (i32.const 1024))
            (local.get 2)
            (i32.lt_u
              (i32.add
                (local.get 3)
                (i32.const 1024))
              (local.get 2)))))
      (loop  ;; label = @2
        (local.set 4
          (local.get 3))
        (local.set 5
          (local.get 6))
        (loop  ;; label = @3
          (if  ;; label = @4
            (i32.lt_u
              (local.tee 3
                (select
                  (i32.add
                    (local.get 3)
                    (i32.const 1024))
                  (local.get 2)
                  (i32.lt_u
                    (i32.add
                      (local.get 3)
                      (i32.const 1024))
                    (local.get 2))))
              (local.get 2))
            (then
              (br_if 1 (;@3;)
                (i32.eq
                  (local.tee 6
                    (call 6
                      (local.get 0)
                      (local.get 3)
                      (select
                        (i32.add
                          (local.get 3)
                          (i32.const 1024))
                        (local.get 2)
                        (i32.lt_u
                          (i32.add
                            (local.get 3)
                            (i32.const 1024))
                          (local.get 2)))))
                  (local.get 5))))))
        (if  ;; label = @3
          (local.get 5)
          (then
            (call 5
              (local.get 0)
              (local.get 4)
              (local.get 3)
              (local.get 1)))
          (else
            (call 3
              (local.get 0)
              (local.get 4)
              (local.get 3)
              (local.get 1))))
        (br_if 0 (;@2;)
          (i32.lt_u
            (local.get 3)
            (local.get 2))))))
  (func (;3;) (type 1) (param i32 i32 i32 i32)
    (local i32 i64 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i64 i64 i64 i64 i32 f64 i32 f64 i32 f64 i32 f64 i32 i32 i32)
    (local.set 4
      (i32.load align=1
        (i32.load offset=48 align=1
          (local.get 0))))
    (local.set 5
      (i64.load offset=16 align=1
        (i32.load offset=48 align=1
          (local.get 0))))
    (local.set 6
      (i32.load offset=32 align=1
        (i32.load offset=48 align=1
          (local.get 0))))
    (local.set 7
      (i32.load offset=48 align=1
        (i32.load offset=48 align=1
          (local.get 0))))
    (local.set 8
      (i32.load offset=64 align=1
        (local.get 0)))
    (local.set 10
      (i32.load offset=48 align=1
        (i32.load offset=16 align=1
          (local.get 0))))
    (local.set 11
      (i32.load align=1
        (i32.load offset=16 align=1
          (local.get 0))))
    (local.set 12
      (i32.load offset=4 align=1
        (i32.load offset=16 align=1
          (local.get 0))))
    (local.set 13
      (i32.load offset=32 align=1
        (i32.load offset=16 align=1
          (local.get 0))))
    (local.set 14
      (i32.load offset=36 align=1
        (i32.load offset=16 align=1
          (local.get 0))))
    (local.set 15
      (i32.load offset=16 align=1
        (i32.load offset=16 align=1
          (local.get 0))))
    (local.set 16
      (i32.add
        (local.get 0)
        (i32.const 80)))
    (local.set 19
      (i32.load offset=8 align=1
        (local.get 16)))
    (local.set 18
      (i32.const 2048))
    (if  ;; label = @1
      (local.tee 17
        (i32.load offset=16 align=1
          (local.get 16)))
      (then
        (if  ;; label = @2
          (i32.eq
            (i32.load offset=8 align=1
              (local.get 17))
            (i32.add
              (i32.load offset=20 align=1
                (local.get 0))
              (local.get 3)))
          (then
            (local.set 18
              (i32.load offset=4 align=1
                (local.get 17)))))))
    (local.set 20
      (local.get 1))
    (block  ;; label = @1
      (loop  ;; label = @2
        (br_if 1 (;@1;)
          (i32.ge_u
            (local.get 20)
            (local.get 2)))
        (local.set 21
          (select
            (local.tee 21
              (i32.add
                (local.get 20)
                (i32.const 1024)))
            (local.get 2)
            (i32.lt_u
              (local.get 21)
              (local.get 2))))
        (local.set 9
          (local.get 20))
        (local.set 23
          (local.tee 22
            (i32.load offset=52 align=1
              (local.get 0))))
        (loop  ;; label = @3
          (i32.store align=1
            (local.get 23)
            (local.get 9))
          (local.get 23)
          (if  ;; label = @4
            (i32.eqz
              (local.tee 25
                (i32.load align=1
                  (local.tee 24
                    (i32.add
                      (local.get 8)
                      (i32.shl
                        (i32.load8_u
                          (i32.add
                            (local.get 10)
                            (local.get 9)))
                        (i32.const 2)))))))
            (then
              (local.get 24)
              (i64.load align=1
                (i32.add
                  (local.get 4)
                  (i32.shl
                    (i32.load8_u
                      (i32.add
                        (local.get 10)
                        (local.get 9)))
                    (i32.const 3))))
              (local.set 27
                (local.get 5))
              (local.set 26)
              (local.tee 25
                (i32.add
                  (if (result i32)  ;; label = @5
                    (i64.le_u
                      (i64.shr_u
                        (local.get 27)
                        (i64.const 32))
                      (i64.shr_u
                        (local.get 26)
                        (i64.const 32)))
                    (then
                      (local.set 28
                        (i64.shr_u
                          (local.get 27)
                          (i64.const 32)))
                      (local.set 29
                        (select
                          (local.tee 29
                            (i64.sub
                              (i64.const 32)
                              (i64.shl
                                (local.get 28)
                                (i64.const 2))))
                          (i64.const 0)
                          (i64.gt_s
                            (local.get 29)
                            (i64.const 0))))
                      (if (result i32)  ;; label = @6
                        (i64.eqz
                          (i64.shl
                            (i64.shl
                              (i64.xor
                                (i64.load align=1
                                  (i32.wrap_i64
                                    (local.get 26)))
                                (i64.load align=1
                                  (i32.wrap_i64
                                    (local.get 27))))
                              (local.get 29))
                            (local.get 29)))
                        (then
                          (if (result i32)  ;; label = @7
                            (i64.le_u
                              (local.get 28)
                              (i64.const 8))
                            (then
                              (i32.const 1))
                            (else
                              (call 0
                                (local.get 0)
                                (local.get 26)
                                (local.get 27)))))
                        (else
                          (i32.const 0))))
                    (else
                      (i32.const 0)))
                  (i32.const 1)))
              (i32.store align=1)))
          (i32.shl
            (i32.sub
              (local.get 25)
              (i32.const 1))
            (i32.const 2))
          (local.set 23
            (i32.add))
          (br_if 0 (;@3;)
            (i32.lt_u
              (local.tee 9
                (i32.add
                  (local.get 9)
                  (i32.const 1)))
              (local.get 21))))
        (local.set 25
          (local.get 22))
        (block  ;; label = @3
          (loop  ;; label = @4
            (br_if 1 (;@3;)
              (i32.ge_u
                (local.get 25)
                (local.get 23)))
            (local.set 9
              (i32.load align=1
                (local.get 25)))
            (i32.load16_s align=1
              (i32.add
                (local.get 11)
                (i32.shl
                  (local.get 9)
                  (i32.const 1))))
            (local.set 30
              (i32.and
                (i32.shr_u
                  (i32.load8_u
                    (i32.add
                      (local.get 12)
                      (i32.shr_u
                        (local.get 9)
                        (i32.const 3))))
                  (i32.and
                    (local.get 9)
                    (i32.const 7)))
                (i32.const 1)))
            (local.set 24)
            (f64.load align=1
              (i32.add
                (local.get 13)
                (i32.shl
                  (local.get 9)
                  (i32.const 3))))
            (local.set 32
              (i32.and
                (i32.shr_u
                  (i32.load8_u
                    (i32.add
                      (local.get 14)
                      (i32.shr_u
                        (local.get 9)
                        (i32.const 3))))
                  (i32.and
                    (local.get 9)
                    (i32.const 7)))
                (i32.const 1)))
            (local.set 31)
            (local.get 31)
            (drop
              (local.get 32))
            (local.set 33)
            (local.set 34
              (local.get 32))
            (if  ;; label = @5
              (i32.eq
                (local.get 18)
                (i32.const 2048))
              (then
                (if  ;; label = @6
                  (i32.eqz
                    (local.tee 17
                      (call 1
                        (local.get 0)
                        (i32.const 41488))))
                  (then
                    (i32.store align=1
                      (local.get 0)
                      (i32.const 5))
                    (i32.store offset=4 align=1
                      (local.get 0)
                      (i32.const 0))
                    (unreachable)))
                (memory.fill
                  (local.get 17)
                  (i32.const 0)
                  (i32.const 16))
                (memory.fill
                  (i32.add
                    (local.get 17)
                    (i32.const 32784))
                  (i32.const 0)
                  (i32.const 256))
                (memory.fill
                  (i32.add
                    (local.get 17)
                    (i32.const 41232))
                  (i32.const 0)
                  (i32.const 256))
                (i32.store offset=8 align=1
                  (local.get 17)
                  (i32.add
                    (i32.load offset=20 align=1
                      (local.get 0))
                    (local.get 3)))
                (if  ;; label = @6
                  (i32.load offset=12 align=1
                    (local.get 16))
                  (then
                    (i32.store align=1
                      (i32.load offset=16 align=1
                        (local.get 16))
                      (local.get 17)))
                  (else
                    (i32.store offset=12 align=1
                      (local.get 16)
                      (local.get 17))))
                (i32.store offset=16 align=1
                  (local.get 16)
                  (local.get 17))
                (local.set 18
                  (i32.const 0))))
            (local.get 24)
            (drop
              (local.get 30))
            (local.get 6)
            (local.set 27
              (if (result i64)  ;; label = @5
                (i32.and
                  (i32.gt_s)
                  (local.get 30))
                (then
                  (local.set 27
                    (i64.load align=1
                      (i32.add
                        (local.get 15)
                        (i32.shl
                          (local.get 9)
                          (i32.const 3)))))
                  (local.set 26
                    (i64.extend_i32_s
                      (local.get 7)))
                  (call 4
                    (local.get 27)
                    (local.get 26))
                  (local.set 28)
                  (if  ;; label = @6
                    (i64.ne
                      (i64.shr_s
                        (local.tee 29)
                        (i64.const 63))
                      (local.get 28))
                    (then
                      (i32.store align=1
                        (local.get 0)
                        (i32.const 1))
                      (i32.store offset=4 align=1
                        (local.get 0)
                        (i32.const 0))
                      (unreachable)))
                  (local.get 29))
                (else
                  (local.set 27
                    (i64.const 0))
                  (local.set 26
                    (i64.load align=1
                      (i32.add
                        (local.get 15)
                        (i32.shl
                          (local.get 9)
                          (i32.const 3)))))
                  (local.set 29
                    (i64.sub
                      (local.get 27)
                      (local.get 26)))
                  (if  ;; label = @6
                    (i64.lt_s
                      (i64.and
                        (i64.xor
                          (local.get 27)
                          (local.get 29))
                        (i64.xor
                          (local.get 27)
                          (local.get 26)))
                      (i64.const 0))
                    (then
                      (i32.store align=1
                        (local.get 0)
                        (i32.const 1))
                      (i32.store offset=4 align=1
                        (local.get 0)
                        (i32.const 0))
                      (unreachable)))
                  (local.get 29))))
            (f64.div
              (local.get 33)
              (local.get 33))
            (local.set 36
              (local.get 34))
            (local.set 35)
            (if (result i32 i32)  ;; label = @5
              (local.get 34)
              (then
                (local.set 37
                  (f64.nearest
                    (local.get 33)))
                (if (result i32)  ;; label = @6
                  (i32.and
                    (f64.ge
                      (local.get 33)
                      (f64.const -0x1p+31 (;=-2.14748e+09;)))
                    (f64.lt
                      (local.get 37)
                      (f64.const 0x1p+31 (;=2.14748e+09;))))
                  (then
                    (i32.trunc_sat_f64_s
                      (local.get 37)))
                  (else
                    (i32.store align=1
                      (local.get 0)
                      (i32.const 3))
                    (i32.store offset=4 align=1
                      (local.get 0)
                      (i32.const 1))
                    (unreachable)))
                (i32.const 1))
              (else
                (i32.const 0)
                (i32.const 0)))
            (local.set 39)
            (local.set 38)
            (i64.store offset=16 align=1
              (i32.add
                (local.get 17)
                (i32.mul
                  (local.get 18)
                  (i32.const 8)))
              (local.get 27))
            (f64.store offset=16400 align=1
              (i32.add
                (local.get 17)
                (i32.mul
                  (local.get 18)
                  (i32.const 8)))
              (local.get 35))
            (i32.store8 offset=32784
              (local.tee 40
                (i32.add
                  (local.get 17)
                  (i32.shr_u
                    (local.get 18)
                    (i32.const 3))))
              (i32.or
                (i32.load8_u offset=32784
                  (local.get 40))
                (i32.shl
                  (local.get 36)
                  (i32.and
                    (local.get 18)
                    (i32.const 7)))))
            (i32.store offset=33040 align=1
              (i32.add
                (local.get 17)
                (i32.mul
                  (local.get 18)
                  (i32.const 4)))
              (local.get 38))
            (i32.store8 offset=41232
              (local.tee 36
                (i32.add
                  (local.get 17)
                  (i32.shr_u
                    (local.get 18)
                    (i32.const 3))))
              (i32.or
                (i32.load8_u offset=41232
                  (local.get 36))
                (i32.shl
                  (local.get 39)
                  (i32.and
                    (local.get 18)
                    (i32.const 7)))))
            (local.set 18
              (i32.add
                (local.get 18)
                (i32.const 1)))
            (i32.store offset=4 align=1
              (local.get 17)
              (local.get 18))
            (i32.store offset=8 align=1
              (local.get 16)
              (i32.add
                (i32.load offset=8 align=1
                  (local.get 16))
                (i32.const 1)))
            (local.set 25
              (i32.add
                (local.get 25)
                (i32.const 4)))
            (br 0 (;@4;))))
        (local.set 20
          (local.get 21))
        (br 0 (;@2;)))))
  (func (;4;) (type 4) (param i64 i64) (result i64 i64)
    (local i64 i64 i64 i64 i64)
    (local.set 2
      (i64.and
        (local.get 0)
        (i64.const 4294967295)))
    (local.set 3
      (i64.and
        (local.get 1)
        (i64.const 4294967295)))
    (local.set 4
      (i64.shr_s
        (local.get 0)
        (i64.const 32)))
    (local.set 5
      (i64.shr_s
        (local.get 1)
        (i64.const 32)))
    (local.set 6
      (i64.add
        (i64.mul
          (local.get 4)
          (local.get 3))
        (i64.shr_u
          (i64.mul
            (local.get 2)
            (local.get 3))
          (i64.const 32))))
    (i64.mul
      (local.get 0)
      (local.get 1))
    (i64.add
      (i64.add
        (i64.mul
          (local.get 4)
          (local.get 5))
        (i64.shr_s
          (local.get 6)
          (i64.const 32)))
      (i64.shr_s
        (i64.add
          (i64.mul
            (local.get 2)
            (local.get 5))
          (i64.and
            (local.get 6)
            (i64.const 4294967295)))
        (i64.const 32))))
  (func (;5;) (type 1) (param i32 i32 i32 i32)
    (local i32 i64 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i64 i64 i64 i64 f64 f64 i32 i32 i32)
    (local.set 4
      (i32.load align=1
        (i32.load offset=48 align=1
          (local.get 0))))
    (local.set 5
      (i64.load offset=16 align=1
        (i32.load offset=48 align=1
          (local.get 0))))
    (local.set 6
      (i32.load offset=32 align=1
        (i32.load offset=48 align=1
          (local.get 0))))
    (local.set 7
      (i32.load offset=48 align=1
        (i32.load offset=48 align=1
          (local.get 0))))
    (local.set 8
      (i32.load offset=64 align=1
        (local.get 0)))
    (local.set 10
      (i32.load offset=48 align=1
        (i32.load offset=16 align=1
          (local.get 0))))
    (local.set 11
      (i32.load offset=32 align=1
        (i32.load offset=16 align=1
          (local.get 0))))
    (local.set 12
      (i32.load align=1
        (i32.load offset=16 align=1
          (local.get 0))))
    (local.set 13
      (i32.load offset=16 align=1
        (i32.load offset=16 align=1
          (local.get 0))))
    (local.set 14
      (i32.add
        (local.get 0)
        (i32.const 80)))
    (local.set 17
      (i32.load offset=8 align=1
        (local.get 14)))
    (local.set 16
      (i32.const 2048))
    (if  ;; label = @1
      (local.tee 15
        (i32.load offset=16 align=1
          (local.get 14)))
      (then
        (if  ;; label = @2
          (i32.eq
            (i32.load offset=8 align=1
              (local.get 15))
            (i32.add
              (i32.load offset=20 align=1
                (local.get 0))
              (local.get 3)))
          (then
            (local.set 16
              (i32.load offset=4 align=1
                (local.get 15)))))))
    (local.set 18
      (local.get 1))
    (block  ;; label = @1
      (loop  ;; label = @2
        (br_if 1 (;@1;)
          (i32.ge_u
            (local.get 18)
            (local.get 2)))
        (local.set 19
          (select
            (local.tee 19
              (i32.add
                (local.get 18)
                (i32.const 1024)))
            (local.get 2)
            (i32.lt_u
              (local.get 19)
              (local.get 2))))
        (local.set 9
          (local.get 18))
        (local.set 21
          (local.tee 20
            (i32.load offset=52 align=1
              (local.get 0))))
        (loop  ;; label = @3
          (i32.store align=1
            (local.get 21)
            (local.get 9))
          (local.get 21)
          (if  ;; label = @4
            (i32.eqz
              (local.tee 23
                (i32.load align=1
                  (local.tee 22
                    (i32.add
                      (local.get 8)
                      (i32.shl
                        (i32.load8_u
                          (i32.add
                            (local.get 10)
                            (local.get 9)))
                        (i32.const 2)))))))
            (then
              (local.get 22)
              (i64.load align=1
                (i32.add
                  (local.get 4)
                  (i32.shl
                    (i32.load8_u
                      (i32.add
                        (local.get 10)
                        (local.get 9)))
                    (i32.const 3))))
              (local.set 25
                (local.get 5))
              (local.set 24)
              (local.tee 23
                (i32.add
                  (if (result i32)  ;; label = @5
                    (i64.le_u
                      (i64.shr_u
                        (local.get 25)
                        (i64.const 32))
                      (i64.shr_u
                        (local.get 24)
                        (i64.const 32)))
                    (then
                      (local.set 26
                        (i64.shr_u
                          (local.get 25)
                          (i64.const 32)))
                      (local.set 27
                        (select
                          (local.tee 27
                            (i64.sub
                              (i64.const 32)
                              (i64.shl
                                (local.get 26)
                                (i64.const 2))))
                          (i64.const 0)
                          (i64.gt_s
                            (local.get 27)
                            (i64.const 0))))
                      (if (result i32)  ;; label = @6
                        (i64.eqz
                          (i64.shl
                            (i64.shl
                              (i64.xor
                                (i64.load align=1
                                  (i32.wrap_i64
                                    (local.get 24)))
                                (i64.load align=1
                                  (i32.wrap_i64
                                    (local.get 25))))
                              (local.get 27))
                            (local.get 27)))
                        (then
                          (if (result i32)  ;; label = @7
                            (i64.le_u
                              (local.get 26)
                              (i64.const 8))
                            (then
                              (i32.const 1))
                            (else
                              (call 0
                                (local.get 0)
                                (local.get 24)
                                (local.get 25)))))
                        (else
                          (i32.const 0))))
                    (else
                      (i32.const 0)))
                  (i32.const 1)))
              (i32.store align=1)))
          (i32.shl
            (i32.sub
              (local.get 23)
              (i32.const 1))
            (i32.const 2))
          (local.set 21
            (i32.add))
          (br_if 0 (;@3;)
            (i32.lt_u
              (local.tee 9
                (i32.add
                  (local.get 9)
                  (i32.const 1)))
              (local.get 19))))
        (local.set 23
          (local.get 20))
        (block  ;; label = @3
          (loop  ;; label = @4
            (br_if 1 (;@3;)
              (i32.ge_u
                (local.get 23)
                (local.get 21)))
            (local.set 9
              (i32.load align=1
                (local.get 23)))
            (local.set 28
              (f64.nearest
                (f64.load align=1
                  (i32.add
                    (local.get 11)
                    (i32.shl
                      (local.get 9)
                      (i32.const 3))))))
            (if  ;; label = @5
              (i32.eq
                (local.get 16)
                (i32.const 2048))
              (then
                (if  ;; label = @6
                  (i32.eqz
                    (local.tee 15
                      (call 1
                        (local.get 0)
                        (i32.const 41488))))
                  (then
                    (i32.store align=1
                      (local.get 0)
                      (i32.const 5))
                    (i32.store offset=4 align=1
                      (local.get 0)
                      (i32.const 0))
                    (unreachable)))
                (memory.fill
                  (local.get 15)
                  (i32.const 0)
                  (i32.const 16))
                (memory.fill
                  (i32.add
                    (local.get 15)
                    (i32.const 32784))
                  (i32.const 0)
                  (i32.const 256))
                (memory.fill
                  (i32.add
                    (local.get 15)
                    (i32.const 41232))
                  (i32.const 0)
                  (i32.const 256))
                (i32.store offset=8 align=1
                  (local.get 15)
                  (i32.add
                    (i32.load offset=20 align=1
                      (local.get 0))
                    (local.get 3)))
                (if  ;; label = @6
                  (i32.load offset=12 align=1
                    (local.get 14))
                  (then
                    (i32.store align=1
                      (i32.load offset=16 align=1
                        (local.get 14))
                      (local.get 15)))
                  (else
                    (i32.store offset=12 align=1
                      (local.get 14)
                      (local.get 15))))
                (i32.store offset=16 align=1
                  (local.get 14)
                  (local.get 15))
                (local.set 16
                  (i32.const 0))))
            (local.set 25
              (if (result i64)  ;; label = @5
                (i32.gt_s
                  (i32.load16_s align=1
                    (i32.add
                      (local.get 12)
                      (i32.shl
                        (local.get 9)
                        (i32.const 1))))
                  (local.get 6))
                (then
                  (local.set 25
                    (i64.load align=1
                      (i32.add
                        (local.get 13)
                        (i32.shl
                          (local.get 9)
                          (i32.const 3)))))
                  (local.set 24
                    (i64.extend_i32_s
                      (local.get 7)))
                  (call 4
                    (local.get 25)
                    (local.get 24))
                  (local.set 26)
                  (if  ;; label = @6
                    (i64.ne
                      (i64.shr_s
                        (local.tee 27)
                        (i64.const 63))
                      (local.get 26))
                    (then
                      (i32.store align=1
                        (local.get 0)
                        (i32.const 1))
                      (i32.store offset=4 align=1
                        (local.get 0)
                        (i32.const 0))
                      (unreachable)))
                  (local.get 27))
                (else
                  (local.set 25
                    (i64.const 0))
                  (local.set 24
                    (i64.load align=1
                      (i32.add
                        (local.get 13)
                        (i32.shl
                          (local.get 9)
                          (i32.const 3)))))
                  (local.set 27
                    (i64.sub
                      (local.get 25)
                      (local.get 24)))
                  (if  ;; label = @6
                    (i64.lt_s
                      (i64.and
                        (i64.xor
                          (local.get 25)
                          (local.get 27))
                        (i64.xor
                          (local.get 25)
                          (local.get 24)))
                      (i64.const 0))
                    (then
                      (i32.store align=1
                        (local.get 0)
                        (i32.const 1))
                      (i32.store offset=4 align=1
                        (local.get 0)
                        (i32.const 0))
                      (unreachable)))
                  (local.get 27))))
            (f64.div
              (f64.load align=1
                (i32.add
                  (local.get 11)
                  (i32.shl
                    (local.get 9)
                    (i32.const 3))))
              (f64.load align=1
                (i32.add
                  (local.get 11)
                  (i32.shl
                    (local.get 9)
                    (i32.const 3)))))
            (local.set 22
              (i32.const 1))
            (local.set 29)
            (if (result i32)  ;; label = @5
              (i32.and
                (f64.ge
                  (f64.load align=1
                    (i32.add
                      (local.get 11)
                      (i32.shl
                        (local.get 9)
                        (i32.const 3))))
                  (f64.const -0x1p+31 (;=-2.14748e+09;)))
                (f64.lt
                  (local.get 28)
                  (f64.const 0x1p+31 (;=2.14748e+09;))))
              (then
                (i32.trunc_sat_f64_s
                  (local.get 28)))
              (else
                (i32.store align=1
                  (local.get 0)
                  (i32.const 3))
                (i32.store offset=4 align=1
                  (local.get 0)
                  (i32.const 1))
                (unreachable)))
            (local.set 31
              (i32.const 1))
            (local.set 30)
            (i64.store offset=16 align=1
              (i32.add
                (local.get 15)
                (i32.mul
                  (local.get 16)
                  (i32.const 8)))
              (local.get 25))
            (f64.store offset=16400 align=1
              (i32.add
                (local.get 15)
                (i32.mul
                  (local.get 16)
                  (i32.const 8)))
              (local.get 29))
            (i32.store8 offset=32784
              (local.tee 32
                (i32.add
                  (local.get 15)
                  (i32.shr_u
                    (local.get 16)
                    (i32.const 3))))
              (i32.or
                (i32.load8_u offset=32784
                  (local.get 32))
                (i32.shl
                  (local.get 22)
                  (i32.and
                    (local.get 16)
                    (i32.const 7)))))
            (i32.store offset=33040 align=1
              (i32.add
                (local.get 15)
                (i32.mul
                  (local.get 16)
                  (i32.const 4)))
              (local.get 30))
            (i32.store8 offset=41232
              (local.tee 22
                (i32.add
                  (local.get 15)
                  (i32.shr_u
                    (local.get 16)
                    (i32.const 3))))
              (i32.or
                (i32.load8_u offset=41232
                  (local.get 22))
                (i32.shl
                  (local.get 31)
                  (i32.and
                    (local.get 16)
                    (i32.const 7)))))
            (local.set 16
              (i32.add
                (local.get 16)
                (i32.const 1)))
            (i32.store offset=4 align=1
              (local.get 15)
              (local.get 16))
            (i32.store offset=8 align=1
              (local.get 14)
              (i32.add
                (i32.load offset=8 align=1
                  (local.get 14))
                (i32.const 1)))
            (local.set 23
              (i32.add
                (local.get 23)
                (i32.const 4)))
            (br 0 (;@4;))))
        (local.set 18
          (local.get 19))
        (br 0 (;@2;)))))
  (func (;6;) (type 6) (param i32 i32 i32) (result i32)
    (local i32 i32)
    (local.set 3
      (i32.load offset=16 align=1
        (local.get 0)))
    (block  ;; label = @1
      (br_if 0 (;@1;)
        (i32.eqz
          (call 7
            (i32.load offset=4 align=1
              (local.get 3))
            (local.get 1)
            (local.get 2))))
      (br_if 0 (;@1;)
        (i32.eqz
          (call 7
            (i32.load offset=36 align=1
              (local.get 3))
            (local.get 1)
            (local.get 2))))
      (local.set 4
        (i32.const 1)))
    (local.get 4))
  (func (;7;) (type 6) (param i32 i32 i32) (result i32)
    (local i32 i32 i32 i32 i32)
    (block  ;; label = @1
      (local.set 3
        (i32.add
          (local.get 0)
          (i32.shr_u
            (local.get 1)
            (i32.const 3))))
      (local.set 4
        (i32.add
          (local.get 0)
          (i32.shr_u
            (local.get 2)
            (i32.const 3))))
      (local.set 5
        (i32.and
          (i32.shl
            (i32.const 255)
            (i32.and
              (local.get 1)
              (i32.const 7)))
          (i32.const 255)))
      (local.set 6
        (i32.sub
          (i32.shl
            (i32.const 1)
            (i32.and
              (local.get 2)
              (i32.const 7)))
          (i32.const 1)))
      (if  ;; label = @2
        (i32.eq
          (local.get 3)
          (local.get 4))
        (then
          (br_if 1 (;@1;)
            (i32.and
              (i32.and
                (local.get 5)
                (local.get 6))
              (i32.xor
                (i32.load8_u
                  (local.get 3))
                (i32.const -1))))
          (local.set 7
            (i32.const 1))
          (br 1 (;@1;))))
      (if  ;; label = @2
        (i32.ne
          (local.get 5)
          (i32.const 255))
        (then
          (br_if 1 (;@1;)
            (i32.and
              (local.get 5)
              (i32.xor
                (i32.load8_u
                  (local.get 3))
                (i32.const -1))))
          (local.set 3
            (i32.add
              (local.get 3)
              (i32.const 1)))))
      (if  ;; label = @2
        (local.get 6)
        (then
          (br_if 1 (;@1;)
            (i32.and
              (local.get 6)
              (i32.xor
                (i32.load8_u
                  (local.get 4))
                (i32.const -1))))))
      (block  ;; label = @2
        (loop  ;; label = @3
          (br_if 1 (;@2;)
            (i32.lt_u
              (i32.sub
                (local.get 4)
                (local.get 3))
              (i32.const 16)))
          (br_if 2 (;@1;)
            (v128.any_true
              (v128.not
                (v128.load align=1
                  (local.get 3)))))
          (local.set 3
            (i32.add
              (local.get 3)
              (i32.const 16)))
          (br 0 (;@3;))))
      (block  ;; label = @2
        (loop  ;; label = @3
          (br_if 1 (;@2;)
            (i32.ge_u
              (local.get 3)
              (local.get 4)))
          (br_if 2 (;@1;)
            (i32.and
              (i32.const 255)
              (i32.xor
                (i32.load8_u
                  (local.get 3))
                (i32.const -1))))
          (local.set 3
            (i32.add
              (local.get 3)
              (i32.const 1)))
          (br 0 (;@3;))))
      (local.set 7
        (i32.const 1)))
    (local.get 7)))
